#pragma once

#include <string>
#include <vector>

#include "database.hpp"

namespace pegbox {

/// What is wrong with the database and its studies, one sentence each: see `Storage::faults`.
std::vector<std::string> find_faults(Database& database);

}  // namespace pegbox

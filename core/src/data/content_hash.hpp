#pragma once

#include <string>

#include "table.hpp"

namespace pegbox {

/// 16 hexadecimal digits of all that a table says, where it came from aside: another hash, other data. It is no defence
/// against data made to have the same.
std::string content_hash(const Table& table);

}  // namespace pegbox

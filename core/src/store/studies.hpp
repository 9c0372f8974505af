#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "database.hpp"

namespace pegbox {

std::vector<StoredStudy> read_studies(Database& database);
std::optional<StoredStudy> find_study(Database& database, std::string_view name);

// What follows writes, within a transaction.

/// Throws `StoreError` where the name is taken, empty, or longer than 512 characters.
StoredStudy create_study(Database& database, const NewStudy& study);

/// Throws `StoreError` where the objectives' number or directions are others.
StoredStudy redefine_study(Database& database, const StoredStudy& study, const NewStudy& now, const std::string& why);

void remove_study(Database& database, const StoredStudy& study);

/// Throws `StoreError` where somebody removed the study.
void check_study(Database& database, const StoredStudy& study);

}  // namespace pegbox

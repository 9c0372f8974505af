#pragma once

#include <optional>

#include "data/table.hpp"
#include "json/json.hpp"
#include "study/study.hpp"

namespace pegbox {

/// Reads the data set that a study names; nothing where it names none. Throws `StudyError` with the place, in the study
/// or in the data.
std::optional<Table> load_data(const DataChoice& data);

/// The data set as the definition of a study tells it: what was named, and a hash of what was found; docs/json.md.
/// Null where the study names none.
Json data_json(const DataChoice& data, const std::optional<Table>& table);

}  // namespace pegbox

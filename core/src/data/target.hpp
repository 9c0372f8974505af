#pragma once

#include <string>
#include <vector>

#include "records.hpp"
#include "table.hpp"

namespace pegbox {

/// Makes the target column's values the table's `targets`, and its `classes` where they are classes: `read_csv` says
/// when. There is at least one cell. Throws `StudyError` with `source:line`.
void set_targets(Table& table, const std::vector<CsvCell>& cells, const std::string& column, const std::string& source);

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "csv_header.hpp"
#include "input_column.hpp"
#include "records.hpp"
#include "table.hpp"
#include "target.hpp"

namespace pegbox {

/// What the rows of one file say, column by column. Cells point into the text and the records.
struct CsvRows {
  std::vector<InputColumn> inputs;
  std::vector<TargetCells> targets;
  std::vector<std::int64_t> groups;  ///< numbered as they appear
  std::size_t rows = 0;
  std::size_t dropped = 0;
};

/// Reads all rows that are left. `rows` has the columns, empty yet. Throws `StudyError` with `source:line`.
void read_rows(CsvRecords& records, const CsvLayout& layout, Missing missing, const std::string& source, CsvRows& rows);

}  // namespace pegbox

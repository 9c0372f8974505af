#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "csv.hpp"
#include "records.hpp"

namespace pegbox {

/// Where the columns are that are read.
struct CsvLayout {
  std::vector<std::string> names;    ///< of all columns
  std::vector<std::size_t> inputs;   ///< positions, in the order of the file to learn from
  std::vector<std::size_t> targets;  ///< positions, as they are named in the choice
  std::optional<std::size_t> group = {};
};

/// Reads the header and finds the columns. Throws `StudyError` with `source:1`.
CsvLayout read_header(CsvRecords& records, const CsvChoice& choice, const std::string& source);

/// Of a file with more rows of the same columns, in any order; the group is not looked for, nor are other columns.
CsvLayout read_same_header(CsvRecords& records, const CsvLayout& known, const std::string& source);

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

#include "records.hpp"
#include "table.hpp"

namespace pegbox {

/// The values of a target column, of the rows of one file.
struct TargetCells {
  std::string column;
  std::vector<CsvCell> cells;
};

/// What a target column says: numbers to predict, or of which class each row is.
struct Target {
  std::vector<std::string> classes;  ///< empty: regression
  std::vector<double> values;
};

/// Takes a column for classes or for numbers: `read_csv` says when. There is at least one cell. Throws `StudyError`
/// with `source:line`, also where all cells say the same.
Target read_target(const TargetCells& cells, WantedTask task, const std::string& source);

/// The same column in rows to test on, by the classes that are known. Throws `StudyError` for others.
std::vector<double> read_test_target(const TargetCells& cells, const std::vector<std::string>& classes,
                                     const std::string& source);

}  // namespace pegbox

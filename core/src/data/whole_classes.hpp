#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "table.hpp"

namespace pegbox {

/// Most classes that whole numbers may name.
inline constexpr std::size_t kMostClasses = 10'000;

/// Whole numbers that stand for classes, one for each row, and the file that they are from.
struct WholeLabels {
  std::string source;
  std::vector<std::int64_t> values;
};

/// Makes them the table's classes, in the order of the numbers, and its targets. `test` may be empty. Throws
/// `StudyError` where the rows to learn from have one class only, or more than `kMostClasses`, and where a row to test
/// on is of a class that they do not have.
void set_classes(Table& table, const WholeLabels& train, const WholeLabels& test);

/// The same where the classes have names: `labels` are their positions, all below `names.size()`.
void set_named_classes(Table& table, std::vector<std::string> names, const WholeLabels& train, const WholeLabels& test);

}  // namespace pegbox

#include "target.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>

#include <pegbox/value.hpp>

#include "csv.hpp"
#include "number.hpp"
#include "place.hpp"

namespace pegbox {
namespace {

constexpr double kLargestWhole = 0x1p53;  // a double holds each whole number up to here

bool whole(double value) { return std::trunc(value) == value && std::abs(value) <= kLargestWhole; }

/// The different numbers, where they are whole and few enough to be classes; else none.
std::set<double> whole_classes(const std::vector<double>& numbers) {
  std::set<double> different;
  for (const double value : numbers) {
    if (whole(value)) different.insert(value);
    if (!whole(value) || different.size() > kMostWholeClasses) return {};
  }
  return different;
}

void number_classes(Table& table, const std::set<double>& classes, std::vector<double> numbers) {
  const std::vector<double> sorted(classes.begin(), classes.end());
  for (const double value : sorted) table.classes.push_back(to_string(static_cast<std::int64_t>(value)));
  for (double& value : numbers) {
    value = static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
  }
  table.targets = std::move(numbers);
}

void text_classes(Table& table, const std::vector<CsvCell>& cells) {
  std::map<std::string_view, double> order;
  for (const CsvCell& cell : cells) order[cell.text];
  for (auto& [name, position] : order) {
    position = static_cast<double>(table.classes.size());
    table.classes.emplace_back(name);
  }
  for (const CsvCell& cell : cells) table.targets.push_back(order.at(cell.text));
}

/// What is in the column: the numbers, and the first value that is none or that does not fit.
struct Found {
  std::vector<double> numbers;
  const CsvCell* text = nullptr;
  const CsvCell* unfit = nullptr;
};

Found search(const std::vector<CsvCell>& cells) {
  Found found;
  for (const CsvCell& cell : cells) {
    const auto value = parse_number(cell.text);
    if (value && fits_float(*value)) {
      found.numbers.push_back(*value);
      continue;
    }
    const CsvCell*& first = value ? found.unfit : found.text;
    if (first == nullptr) first = &cell;
  }
  return found;
}

}  // namespace

void set_targets(Table& table, const std::vector<CsvCell>& cells, const std::string& column,
                 const std::string& source) {
  const auto refuse = [&](const CsvCell& cell, const std::string& why) {
    refuse_line(source, cell.line, "column '" + column + "' has " + shown(cell.text) + why);
  };
  Found found = search(cells);
  const std::set<double> classes = whole_classes(found.numbers);
  const bool regression = !found.numbers.empty() && classes.empty();
  if (found.text != nullptr && regression) {
    refuse(*found.text, " among numbers; put a number there or leave the row out");
  } else if (found.text != nullptr) {
    text_classes(table, cells);
  } else if (found.unfit != nullptr) {
    refuse(*found.unfit, ", which is no finite number of 32 bits; mend it or leave the row out");
  } else if (regression) {
    table.targets = std::move(found.numbers);
  } else {
    number_classes(table, classes, std::move(found.numbers));
  }
  const double first = table.targets.front();
  const bool constant = std::all_of(table.targets.begin(), table.targets.end(), [&](double t) { return t == first; });
  if (constant) refuse(cells.front(), " in every row, so there is nothing to learn; name another target");
}

}  // namespace pegbox

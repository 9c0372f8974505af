#include "target.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include <pegbox/value.hpp>

#include "csv.hpp"
#include "number.hpp"
#include "place.hpp"

namespace pegbox {
namespace {

constexpr double kLargestWhole = 0x1p53;  // a double holds each whole number up to here
constexpr const char* kNotFinite = ", which is no finite number of 32 bits; mend it or leave the row out";
constexpr const char* kText = " among numbers; put a number there or leave the row out";

bool whole(double value) { return std::trunc(value) == value && std::abs(value) <= kLargestWhole; }

std::string whole_text(double value) { return to_string(static_cast<std::int64_t>(value)); }

[[noreturn]] void refuse(const TargetCells& target, const CsvCell& cell, const std::string& source,
                         const std::string& why) {
  refuse_line(source, cell.line, "column '" + target.column + "' has " + shown(cell.text) + why);
}

/// The different numbers, where they are whole and at most so many; else none.
std::set<double> whole_classes(const std::vector<double>& numbers, std::size_t most) {
  std::set<double> different;
  for (const double value : numbers) {
    if (whole(value)) different.insert(value);
    if (!whole(value) || different.size() > most) return {};
  }
  return different;
}

Target number_classes(const std::set<double>& classes, std::vector<double> numbers) {
  const std::vector<double> sorted(classes.begin(), classes.end());
  Target target;
  for (const double value : sorted) target.classes.push_back(whole_text(value));
  for (double& value : numbers) {
    value = static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
  }
  target.values = std::move(numbers);
  return target;
}

Target text_classes(const std::vector<CsvCell>& cells) {
  std::map<std::string_view, double> order;
  for (const CsvCell& cell : cells) order[cell.text];
  Target target;
  for (auto& [name, position] : order) {
    position = static_cast<double>(target.classes.size());
    target.classes.emplace_back(name);
  }
  for (const CsvCell& cell : cells) target.values.push_back(order.at(cell.text));
  return target;
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

/// All of them, where each cell is a finite number.
std::vector<double> numbers_alone(const TargetCells& target, Found found, const std::string& source) {
  if (found.text != nullptr) refuse(target, *found.text, source, kText);
  if (found.unfit != nullptr) refuse(target, *found.unfit, source, kNotFinite);
  return std::move(found.numbers);
}

Target found_target(const TargetCells& target, Found found, const std::string& source) {
  const std::set<double> classes = whole_classes(found.numbers, kMostWholeClasses);
  const bool regression = !found.numbers.empty() && classes.empty();
  if (!regression && found.text != nullptr) return text_classes(target.cells);
  std::vector<double> numbers = numbers_alone(target, std::move(found), source);
  if (regression) return {{}, std::move(numbers)};
  return number_classes(classes, std::move(numbers));
}

Target classes_alone(const TargetCells& target, Found found, const std::string& source) {
  if (found.text != nullptr) return text_classes(target.cells);
  const std::vector<double> numbers = numbers_alone(target, std::move(found), source);
  const auto part = std::find_if_not(numbers.begin(), numbers.end(), whole);
  if (part != numbers.end()) {
    refuse(target, target.cells[static_cast<std::size_t>(part - numbers.begin())], source,
           ", which names no class; classes are texts or whole numbers");
  }
  return number_classes({numbers.begin(), numbers.end()}, numbers);
}

Target taken_for(WantedTask task, const TargetCells& target, const std::string& source) {
  Found found = search(target.cells);
  if (task == WantedTask::regression) return {{}, numbers_alone(target, std::move(found), source)};
  if (task == WantedTask::classification) return classes_alone(target, std::move(found), source);
  return found_target(target, std::move(found), source);
}

}  // namespace

Target read_target(const TargetCells& cells, WantedTask task, const std::string& source) {
  Target target = taken_for(task, cells, source);
  const double first = target.values.front();
  const bool constant = std::all_of(target.values.begin(), target.values.end(), [&](double t) { return t == first; });
  if (constant) {
    refuse(cells, cells.cells.front(), source, " in every row, so there is nothing to learn; name another target");
  }
  return target;
}

std::vector<double> read_test_target(const TargetCells& cells, const std::vector<std::string>& classes,
                                     const std::string& source) {
  if (classes.empty()) return numbers_alone(cells, search(cells.cells), source);
  std::map<std::string, double, std::less<>> positions;
  for (const std::string& name : classes) {
    const auto position = static_cast<double>(positions.size());
    positions.emplace(name, position);
  }
  std::vector<double> values;
  for (const CsvCell& cell : cells.cells) {
    auto found = positions.find(cell.text);
    const auto number = found == positions.end() ? parse_number(cell.text) : std::nullopt;
    if (number && whole(*number)) found = positions.find(whole_text(*number));
    if (found == positions.end()) refuse(cells, cell, source, ", a class that no row to learn from is of");
    values.push_back(found->second);
  }
  return values;
}

}  // namespace pegbox

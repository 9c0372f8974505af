#include "space_table.hpp"

#include <cmath>

#include "table.hpp"

namespace pegbox {
namespace {

std::string condition_text(const Condition& condition) {
  std::string text = condition.parameter;
  for (std::size_t i = 0; i < condition.values.size(); ++i) {
    text += (i == 0 ? " is " : " or ") + to_string(condition.values[i]);
  }
  if (std::isfinite(condition.low)) text += " from " + to_string(Value(condition.low));
  if (std::isfinite(condition.high)) text += " to " + to_string(Value(condition.high));
  return text;
}

}  // namespace

std::string space_table(const SearchSpace& space) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const Parameter& parameter = space[i];
    std::vector<std::string> row{parameter.name, to_string(parameter.domain), "default " + to_string(space.initial(i))};
    if (cardinality(parameter.domain) == 1) row = {parameter.name, "fixed at " + to_string(space.initial(i))};
    std::string when;
    for (const Condition& condition : parameter.when)
      when += (when.empty() ? "when " : " and ") + condition_text(condition);
    constexpr std::size_t kLastColumn = 3;
    if (!when.empty()) {
      row.resize(kLastColumn);
      row.push_back(when);
    }
    rows.push_back(row);
  }
  return aligned(rows, "  ");
}

}  // namespace pegbox

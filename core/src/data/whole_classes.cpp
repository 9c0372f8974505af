#include "whole_classes.hpp"

#include <algorithm>

#include "fault.hpp"

namespace pegbox {
namespace {

std::vector<std::int64_t> distinct(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

void check_train(const WholeLabels& labels, const std::vector<std::int64_t>& found) {
  if (found.size() == 1) {
    throw fault(labels.source,
                "each row is of class " + std::to_string(found.front()) + ", so there is nothing to learn");
  }
  if (found.size() > kMostClasses) {
    throw fault(labels.source, "there are " + std::to_string(found.size()) + " different numbers, and at most " +
                                   std::to_string(kMostClasses) +
                                   " classes; for numbers to predict say task: regression");
  }
}

std::vector<double> positions(const WholeLabels& labels, const std::vector<std::int64_t>& classes) {
  std::vector<double> result;
  result.reserve(labels.values.size());
  for (const std::int64_t value : labels.values) {
    const auto place = std::lower_bound(classes.begin(), classes.end(), value);
    if (place == classes.end() || *place != value) {
      throw fault(labels.source, "row " + std::to_string(result.size() + 1) + " to test on is of class " +
                                     std::to_string(value) + ", which no row to learn from is of");
    }
    result.push_back(static_cast<double>(place - classes.begin()));
  }
  return result;
}

}  // namespace

void set_classes(Table& table, const WholeLabels& train, const WholeLabels& test) {
  const std::vector<std::int64_t> classes = distinct(train.values);
  check_train(train, classes);
  for (const std::int64_t value : classes) table.classes.push_back(std::to_string(value));
  table.train.targets = positions(train, classes);
  table.test.targets = positions(test, classes);
}

void set_named_classes(Table& table, std::vector<std::string> names, const WholeLabels& train,
                       const WholeLabels& test) {
  check_train(train, distinct(train.values));
  table.classes = std::move(names);
  table.train.targets.assign(train.values.begin(), train.values.end());
  table.test.targets.assign(test.values.begin(), test.values.end());
}

}  // namespace pegbox

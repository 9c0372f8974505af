#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/table.hpp"

namespace pegbox {

/// Rows of numbers, flat. Without names of classes the targets are numbers to predict.
inline Table table_of(std::vector<std::string> columns, std::vector<float> inputs, std::vector<double> targets,
                      std::vector<std::string> classes) {
  Table table;
  table.shape = {static_cast<std::int64_t>(columns.size())};
  table.columns = std::move(columns);
  table.classes = std::move(classes);
  table.train.rows = targets.size();
  table.train.inputs = Inputs(std::move(inputs));
  table.train.targets = std::move(targets);
  return table;
}

inline std::vector<double>& targets_in(Table& table) { return table.train.targets; }
inline const std::vector<double>& targets_in(const Table& table) { return table.train.targets; }

}  // namespace pegbox

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pegbox {

/// Rows of numbers with one target each. `targets` hold class numbers (0 …, in the order of `classes`) where
/// `classes` is not empty, else the values to predict.
struct Table {
  std::vector<std::string> columns;  ///< names of the input columns
  std::vector<std::string> classes;  ///< names of the classes; empty: regression
  std::vector<float> inputs;         ///< rows × columns, row by row
  std::vector<double> targets;       ///< one for each row
  std::vector<std::int64_t> shape;   ///< of one row's inputs; empty: [columns]

  std::size_t rows() const { return targets.size(); }
  bool classification() const { return !classes.empty(); }
};

}  // namespace pegbox

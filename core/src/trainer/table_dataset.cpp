#include "table_dataset.hpp"

#include <ATen/ATen.h>

namespace pegbox {

Dataset as_dataset(const Table& table) {
  const auto rows = static_cast<std::int64_t>(table.rows());
  Dataset data;
  data.standardize = true;
  data.info.input_shape = table.shape;
  if (table.shape.empty()) data.info.input_shape = {static_cast<std::int64_t>(table.columns.size())};
  data.train.inputs = {at::tensor(table.inputs, at::kFloat).reshape({rows, -1}).unflatten(1, data.info.input_shape)};
  data.train.target = at::tensor(table.targets, at::kDouble);
  if (table.classification()) {
    data.train.target = data.train.target.to(at::kLong);
    data.info.task = Task::classification;
    data.info.classes = table.classes;
    data.info.outputs = static_cast<std::int64_t>(table.classes.size());
  } else {
    data.train.target = data.train.target.reshape({rows, 1});
    data.info.task = Task::regression;
    data.info.outputs = 1;
  }
  return data;
}

}  // namespace pegbox

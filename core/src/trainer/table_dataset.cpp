#include "table_dataset.hpp"

#include <ATen/ATen.h>

namespace pegbox {
namespace {

/// Shares the memory of the table's inputs, which nobody may write to.
at::Tensor shared(const Inputs& inputs, const std::vector<std::int64_t>& sizes) {
  const auto keep = [owner = inputs.owner()](void*) {};
  // LibTorch has no tensors that are const.
  if (inputs.are_bytes()) {
    return at::from_blob(const_cast<std::uint8_t*>(inputs.bytes().data()),  // NOLINT(*-const-cast)
                         sizes, keep, at::kByte);
  }
  return at::from_blob(const_cast<float*>(inputs.floats().data()),  // NOLINT(*-const-cast)
                       sizes, keep, at::kFloat);
}

Batch batch_of(const Part& part, const Table& table) {
  const auto rows = static_cast<std::int64_t>(part.rows);
  if (rows == 0) return {};
  std::vector<std::int64_t> sizes = table.shape;
  sizes.insert(sizes.begin(), rows);
  const at::Tensor target = at::tensor(part.targets, at::kDouble);
  return {
      {shared(part.inputs, sizes)},
      table.classification() ? target.to(at::kLong) : target.reshape({rows, static_cast<std::int64_t>(table.outputs)})};
}

}  // namespace

Dataset as_dataset(const Table& table) {
  Dataset data;
  data.standardize = true;
  data.train = batch_of(table.train, table);
  data.test = batch_of(table.test, table);
  if (!table.groups.empty()) data.groups = at::tensor(table.groups, at::kLong);
  data.info.input_shape = table.shape;
  data.info.task = table.classification() ? Task::classification : Task::regression;
  data.info.classes = table.classes;
  data.info.outputs = static_cast<std::int64_t>(table.classification() ? table.classes.size() : table.outputs);
  return data;
}

}  // namespace pegbox

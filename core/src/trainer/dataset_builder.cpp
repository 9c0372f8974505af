#include "dataset_builder.hpp"

#include <tuple>

#include <ATen/ATen.h>

#include <pegbox/error.hpp>

#include "data/split.hpp"

namespace pegbox {
namespace {

at::Tensor positions(const std::vector<std::int64_t>& rows) { return at::tensor(rows, at::kLong); }

void check(const Batch& batch, const DataInfo& info, const char* part) {
  const auto wrong = [&](const std::string& what) {
    return StudyError("the model's " + std::string(part) + " data: " + what);
  };
  if (batch.rows() < 1) throw wrong("there are no rows");
  for (const at::Tensor& input : batch.inputs) {
    if (input.size(0) != batch.rows()) throw wrong("inputs have different numbers of rows");
  }
  if (!batch.target.defined() || batch.target.dim() < 1 || batch.target.size(0) != batch.rows()) {
    throw wrong("targets are not one for each row");
  }
  if (info.outputs < 1) throw wrong("'outputs' must be 1 or more");
  if (info.task == Task::regression) return;
  if (batch.target.scalar_type() != at::kLong || batch.target.dim() != 1) {
    throw wrong("classes must be a tensor of type long and shape [rows]");
  }
  if (batch.target.min().item<std::int64_t>() < 0 || batch.target.max().item<std::int64_t>() >= info.outputs) {
    throw wrong("classes must be in 0.." + std::to_string(info.outputs - 1));
  }
}

Split split_rows(const Dataset& data, double validation, std::uint64_t seed) {
  if (data.info.task == Task::regression) return random_split(data.train.rows(), validation, seed);
  const at::Tensor labels = data.train.target.contiguous();
  return stratified_split({labels.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(labels.size(0))}, validation,
                          seed);
}

/// Mean and deviation of each number of a row; one that does not vary keeps its scale.
std::tuple<at::Tensor, at::Tensor> moments(const at::Tensor& columns) {
  const at::Tensor wide = columns.to(at::kDouble);
  const at::Tensor deviation = wide.std(0, /*unbiased=*/false);
  return {wide.mean(0), at::where(deviation > 0, deviation, at::ones_like(deviation))};
}

void rescale(at::Tensor& columns, const at::Tensor& mean, const at::Tensor& deviation) {
  columns = ((columns - mean) / deviation).to(columns.scalar_type());
}

void standardize(Dataset& data) {
  for (std::size_t i = 0; i < data.train.inputs.size(); ++i) {
    const auto [mean, deviation] = moments(data.train.inputs[i]);
    rescale(data.train.inputs[i], mean, deviation);
    rescale(data.validation.inputs[i], mean, deviation);
  }
  if (data.info.task == Task::classification) return;
  const auto [mean, deviation] = moments(data.train.target);
  rescale(data.train.target, mean, deviation);
  rescale(data.validation.target, mean, deviation);
  const at::Tensor scale = deviation.reshape({-1}).contiguous();
  data.info.target_scale.assign(scale.const_data_ptr<double>(), scale.const_data_ptr<double>() + scale.numel());
}

}  // namespace

Dataset prepared(Dataset data, double validation, std::uint64_t seed) {
  check(data.train, data.info, "training");
  if (data.validation.rows() == 0) {
    const Split split = split_rows(data, validation, seed);
    const Batch all = data.train;
    data.train = all.select(positions(split.train));
    data.validation = all.select(positions(split.validation));
  }
  check(data.validation, data.info, "validation");
  if (data.standardize) standardize(data);
  // Doubles until here, so that large targets keep their differences.
  if (data.info.task == Task::regression) {
    data.train.target = data.train.target.to(at::kFloat);
    data.validation.target = data.validation.target.to(at::kFloat);
  }
  return data;
}

}  // namespace pegbox

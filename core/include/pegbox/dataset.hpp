#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace pegbox {

enum class Task { classification, regression };

/// Some rows of a data set: what a network is given and what it should say. Classes are `long` numbers from 0, shape
/// [rows]; regression targets are `float`, shape [rows, outputs].
struct Batch {
  std::vector<at::Tensor> inputs;  ///< each with the rows first; most models have one
  at::Tensor target;

  const at::Tensor& input() const { return inputs.front(); }
  std::int64_t rows() const { return inputs.empty() ? 0 : inputs.front().size(0); }

  /// The rows at these positions, a `long` tensor of shape [n].
  Batch select(const at::Tensor& positions) const;

  /// Rows begin … end − 1, without a copy.
  Batch slice(std::int64_t begin, std::int64_t end) const;

  Batch to(const at::Device& device) const;
};

/// Rows that are read a part at a time, so that more of them than fit in memory can be gone through.
class Rows {
 public:
  using Read = std::function<Batch(std::int64_t begin, std::int64_t end)>;

  Rows(std::int64_t count, Read read) : count_(count), read_(std::move(read)) {}
  Rows(Batch batch);

  std::int64_t count() const { return count_; }

  /// Rows begin … end − 1.
  Batch slice(std::int64_t begin, std::int64_t end) const { return read_(begin, end); }

 private:
  std::int64_t count_;
  Read read_;
};

/// What a model may know of the data when it builds a network.
struct DataInfo {
  Task task = Task::classification;
  std::vector<std::int64_t> input_shape = {};  ///< of one row of the first input
  std::int64_t outputs = 0;                    ///< number of classes, or of target columns
  std::vector<std::string> classes = {};       ///< names of the classes, where they have names
  std::vector<double> target_scale = {};  ///< regression: one unit of target in the data's own unit, for each column
};

/// Data to learn from. Where `validation` has no rows, the host takes a part of `train`, or one after the other in
/// cross-validation. `test` is shown to no trial; the best one is measured on it when the study has ended.
///
/// Inputs may be bytes (`torch::kByte`), as pictures are: the host makes each batch `float` from 0 to 1 before it
/// normalises it.
struct Dataset {
  Batch train;
  Batch validation;
  DataInfo info;
  bool standardize = false;  ///< the host shifts and scales each input column (of images each channel), and each
                             ///< regression target, to mean 0 and deviation 1 of the training part
  Batch test = {};
  at::Tensor groups = {};  ///< of the training rows: those of one number stay together when rows are split; a `long`
                           ///< tensor of shape [rows], or undefined
};

}  // namespace pegbox

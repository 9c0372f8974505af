#include "fit_data.hpp"

#include <map>
#include <utility>

#include <ATen/ATen.h>

#include <pegbox/error.hpp>

#include "data/split.hpp"
#include "tensor_values.hpp"

namespace pegbox {
namespace {

using Sizes = std::vector<std::int64_t>;

at::Tensor positions(const Sizes& rows) { return at::tensor(rows, at::kLong); }

StudyError wrong(const char* part, const std::string& what) {
  return StudyError("the " + std::string(part) + " data: " + what);
}

void check_classes(const Batch& batch, const DataInfo& info, const char* part) {
  if (batch.target.scalar_type() != at::kLong || batch.target.dim() != 1) {
    throw wrong(part, "classes must be a tensor of type long and shape [rows]");
  }
  const auto low = batch.target.min().item<std::int64_t>();
  const auto high = batch.target.max().item<std::int64_t>();
  if (low >= 0 && high < info.outputs) return;
  throw wrong(part, "class " + std::to_string(low < 0 ? low : high) + " is out of range; classes must be in 0.." +
                        std::to_string(info.outputs - 1));
}

void check_targets(const Batch& batch, const DataInfo& info, const char* part) {
  const bool list = batch.target.dim() == 2 && batch.target.size(1) == info.outputs;  // else of a model's own
  if (!at::isFloatingType(batch.target.scalar_type()) || (batch.target.dim() <= 2 && !list)) {
    throw wrong(part, "targets must be real numbers of shape [rows, " + std::to_string(info.outputs) + "], not " +
                          shape_text(batch.target.sizes()));
  }
  if (!batch.target.isfinite().all().item<bool>()) throw wrong(part, "a target is not a finite number");
}

void check(const Batch& batch, const DataInfo& info, const char* part) {
  if (batch.rows() < 1) throw wrong(part, "there are no rows");
  for (const at::Tensor& input : batch.inputs) {
    if (input.size(0) != batch.rows()) throw wrong(part, "inputs have different numbers of rows");
  }
  if (!batch.target.defined() || batch.target.dim() < 1 || batch.target.size(0) != batch.rows()) {
    throw wrong(part, "targets are not one for each row");
  }
  if (info.outputs < 1) throw wrong(part, "'outputs' must be 1 or more");
  const bool classes = info.task == Task::classification;
  (classes ? check_classes : check_targets)(batch, info, part);
}

void check_groups(const Dataset& data) {
  if (!data.groups.defined()) return;
  const bool numbers = data.groups.scalar_type() == at::kLong && data.groups.dim() == 1;
  if (!numbers || data.groups.size(0) != data.train.rows()) {
    throw wrong("training", "groups must be a tensor of type long and shape [rows], one number for each row");
  }
}

/// Whether rows of the part can stand where rows to train on can.
void check_alike(const Batch& train, const Batch& other, const char* part) {
  if (train.inputs.size() != other.inputs.size()) throw wrong(part, "it has another number of inputs");
  for (std::size_t i = 0; i < train.inputs.size(); ++i) {
    const auto wanted = train.inputs[i].sizes().slice(1);
    const auto found = other.inputs[i].sizes().slice(1);
    if (wanted == found && train.inputs[i].scalar_type() == other.inputs[i].scalar_type()) continue;
    throw wrong(part, "a row has the shape " + shape_text(found) + ", but a training row " + shape_text(wanted));
  }
}

/// The training rows at some positions, as a split takes them.
class Labels {
 public:
  explicit Labels(const Dataset& data) : count_(data.train.rows()) {
    if (data.info.task == Task::classification) labels_ = data.train.target.cpu().contiguous();
    if (data.groups.defined()) groups_ = data.groups.cpu().contiguous();
  }

  Labels at(const at::Tensor& positions) const {
    Labels some = *this;
    some.count_ = positions.size(0);
    if (labels_.defined()) some.labels_ = labels_.index_select(0, positions);
    if (groups_.defined()) some.groups_ = groups_.index_select(0, positions);
    return some;
  }

  SplitRows rows() const { return {count_, numbers(labels_), numbers(groups_)}; }

 private:
  static std::span<const std::int64_t> numbers(const at::Tensor& tensor) {
    if (!tensor.defined()) return {};
    return {tensor.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(tensor.numel())};
  }

  std::int64_t count_;
  at::Tensor labels_, groups_;
};

/// Mean and deviation of each target column by the rows at these positions; one that does not vary keeps its scale.
void standardize_target(FitData& fit) {
  if (fit.info.task == Task::classification) return;
  const at::Tensor seen = fit.train.of(fit.train.rows.target).to(at::kDouble);
  const at::Tensor mean = seen.mean(0);
  const at::Tensor spread = seen.std(0, /*unbiased=*/false);
  const at::Tensor deviation = at::where(spread > 0, spread, at::ones_like(spread));
  for (Selection* part : {&fit.train, &fit.validation, &fit.test}) {
    if (part->rows.target.defined()) {
      part->rows.target = (part->rows.target.to(at::kDouble) - mean) / deviation;
    }
  }
  fit.info.target_scale = numbers_of(deviation);
  fit.target_mean = numbers_of(mean);
}

/// Doubles until here, so that large targets keep their differences.
void narrow_target(FitData& fit) {
  if (fit.info.task == Task::classification) return;
  for (Selection* part : {&fit.train, &fit.validation, &fit.test}) {
    if (part->rows.target.defined()) part->rows.target = part->rows.target.to(at::kFloat);
  }
}

at::Tensor balanced(const Selection& train, std::int64_t classes) {
  const at::Tensor labels = train.of(train.rows.target);
  const at::Tensor counts = at::bincount(labels, {}, classes).to(at::kDouble);
  const double rows = static_cast<double>(labels.size(0)) / static_cast<double>(classes);
  return (rows / counts.clamp_min(1)).to(at::kFloat);
}

/// The training rows that trials see, and those that are held out for testing.
struct Seen {
  Selection train, test;
};

Seen seen_of(const Dataset& data, const Labels& labels, const Division& division) {
  if (division.test == 0) return {{data.train, {}}, {data.test, {}}};
  const Split split = held_out(labels.rows(), division.test, {division.seed, 0, "test"});
  return {{data.train, positions(split.train)}, {data.train, positions(split.validation)}};
}

/// Of rows that were selected already, some.
Selection among(const Selection& rows, const Sizes& some) {
  const at::Tensor chosen = positions(some);
  return {rows.rows, rows.positions.defined() ? rows.positions.index_select(0, chosen) : chosen};
}

FitData fit_of(const Dataset& data, Selection train, Selection validation, Selection test) {
  FitData fit{std::move(train), std::move(validation), std::move(test), data.info, {}, {}, {}};
  if (data.standardize) {
    for (const at::Tensor& input : data.train.inputs) fit.moments.push_back(measured(input, fit.train.positions));
    standardize_target(fit);
  }
  narrow_target(fit);
  if (data.info.task == Task::classification) fit.class_weights = balanced(fit.train, data.info.outputs);
  return fit;
}

Batch joined(const Batch& one, const Batch& other) {
  if (other.rows() == 0) return one;
  Batch both;
  for (std::size_t i = 0; i < one.inputs.size(); ++i) both.inputs.push_back(at::cat({one.inputs[i], other.inputs[i]}));
  both.target = at::cat({one.target, other.target});
  return both;
}

/// Moves tensors to a device, each once however often it is shared.
class Mover {
 public:
  explicit Mover(const at::Device& device) : device_(device) {}

  void move(at::Tensor& tensor) {
    if (!tensor.defined()) return;
    const auto key = std::make_pair(tensor.const_data_ptr(), tensor.numel());
    const auto [found, added] = moved_.try_emplace(key);
    if (added) found->second = tensor.to(device_);
    tensor = found->second;
  }

  void move(Selection& part) {
    for (at::Tensor& input : part.rows.inputs) move(input);
    move(part.rows.target);
    move(part.positions);
  }

 private:
  at::Device device_;
  std::map<std::pair<const void*, std::int64_t>, at::Tensor> moved_;
};

}  // namespace

Dataset checked(Dataset data, const Division& division) {
  check(data.train, data.info, "training");
  check_groups(data);
  if (division.test > 0 && data.test.rows() > 0) {
    throw StudyError("the data has a test part of its own (" + std::to_string(data.test.rows()) +
                     " rows); leave 'test' out");
  }
  const std::pair<const Batch*, const char*> others[] = {{&data.validation, "validation"}, {&data.test, "test"}};
  for (const auto& [part, name] : others) {
    if (part->rows() == 0) continue;
    check(*part, data.info, name);
    check_alike(data.train, *part, name);
  }
  return data;
}

std::vector<FitData> fits_of(const Dataset& data, const Division& division) {
  std::vector<FitData> fits;
  const bool own = data.validation.rows() > 0;
  if (own && division.folds > 1) {
    throw StudyError("the data has a validation part of its own, so it cannot be cross-validated; leave 'folds' out");
  }
  const Labels all(data);
  const Seen seen = seen_of(data, all, division);
  const Labels labels = seen.train.positions.defined() ? all.at(seen.train.positions) : all;
  for (int repeat = 0; repeat < division.repeats; ++repeat) {
    if (own) {
      fits.push_back(repeat == 0 ? fit_of(data, seen.train, {data.validation, {}}, seen.test) : fits.front());
      continue;
    }
    const SplitKey key{division.seed, static_cast<std::uint64_t>(repeat)};
    const std::vector<Split> splits = division.folds > 1
                                          ? folds(labels.rows(), division.folds, key, data.info.classes)
                                          : std::vector{held_out(labels.rows(), division.validation, key)};
    for (const Split& split : splits) {
      fits.push_back(fit_of(data, among(seen.train, split.train), among(seen.train, split.validation), seen.test));
    }
  }
  return fits;
}

FitData whole(const Dataset& data) {
  return fit_of(data, {joined(joined(data.train, data.validation), data.test), {}}, {}, {});
}

std::int64_t bytes_of(const std::vector<FitData>& fits) {
  std::map<const void*, std::size_t> counted;  // by where the tensor's numbers are
  for (const FitData& fit : fits) {
    for (const Selection* part : {&fit.train, &fit.validation, &fit.test}) {
      for (const at::Tensor& input : part->rows.inputs) counted[input.const_data_ptr()] = input.nbytes();
      for (const at::Tensor& tensor : {part->rows.target, part->positions}) {
        if (tensor.defined()) counted[tensor.const_data_ptr()] = tensor.nbytes();
      }
    }
  }
  std::size_t bytes = 0;
  for (const auto& [where, size] : counted) bytes += size;
  return static_cast<std::int64_t>(bytes);
}

std::vector<FitData> moved(const std::vector<FitData>& fits, const at::Device& device) {
  Mover mover(device);
  std::vector<FitData> result = fits;
  for (FitData& fit : result) {
    for (Selection* part : {&fit.train, &fit.validation, &fit.test}) mover.move(*part);
    mover.move(fit.class_weights);
  }
  return result;
}

}  // namespace pegbox

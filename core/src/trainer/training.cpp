#include "training.hpp"

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <ATen/ATen.h>
#include <torch/utils.h>

#include "optimizer.hpp"

namespace pegbox {
namespace {

/// Where the batch that begins at `begin` ends. A single row left over joins the last batch: batch normalisation
/// cannot train on one row.
std::int64_t batch_end(std::int64_t begin, std::int64_t batch, std::int64_t rows) {
  const std::int64_t end = std::min(begin + batch, rows);
  return end == rows - 1 && batch > 1 ? rows : end;
}

void check_finite(const Metrics& metrics, const char* name, Budget epoch) {
  const auto found = metrics.find(name);
  if (found == metrics.end() || std::isfinite(found->second)) return;
  const char* what = std::isnan(found->second) ? "not a number" : "infinite";
  throw std::runtime_error(std::string(name) + " is " + what + " after epoch " + std::to_string(epoch));
}

/// Of the batches' losses, each with its share of the rows.
double mean(const std::vector<at::Tensor>& losses, const std::vector<double>& shares) {
  const at::Tensor values = at::stack(losses).to(at::kCPU, at::kDouble).contiguous();
  return std::inner_product(shares.begin(), shares.end(), values.const_data_ptr<double>(), 0.0);
}

/// One pass over the training rows in random order.
Metrics train_once(const Model& model, const Dataset& data, std::int64_t batch, TrialState& state) {
  const std::int64_t rows = data.train.rows();
  const at::Tensor order = at::randperm(rows, at::kLong).to(data.train.input().device());
  std::vector<at::Tensor> outputs;
  std::vector<at::Tensor> losses;  // read at the end: each reading of a GPU's number waits for the GPU
  std::vector<double> shares;
  state.network->train();
  for (std::int64_t begin = 0; begin < rows;) {
    const std::int64_t end = batch_end(begin, batch, rows);
    state.optimizer->zero_grad();
    const Step step = model.step(*state.network, data.train.select(order.slice(0, begin, end)));
    step.loss.backward();
    state.optimizer->step();
    losses.push_back(step.loss.detach());
    shares.push_back(static_cast<double>(end - begin) / static_cast<double>(rows));
    if (step.output.defined()) outputs.push_back(step.output.detach());
    begin = end;
  }
  const at::NoGradGuard no_grad;
  Metrics metrics;
  if (!outputs.empty()) metrics = model.metrics(at::cat(outputs), data.train.target.index_select(0, order), data.info);
  metrics["loss"] = mean(losses, shares);
  return metrics;
}

}  // namespace

std::unique_ptr<TrialState> begin_trial(const Model& model, const DataInfo& info, const Trial& trial,
                                        const c10::Device& device) {
  auto state = std::make_unique<TrialState>(TrialState{TrialRandom(trial.seed, device), nullptr, nullptr, 0});
  const TrialRandom::Use use(state->random);
  state->network = model.build(trial.params, info);
  if (state->network == nullptr) throw std::runtime_error("the model built no network");
  state->network->to(device);
  state->optimizer = make_optimizer(trial.params, state->network->parameters());
  return state;
}

std::int64_t bytes_of(const TrialState& state) {
  std::size_t bytes = 0;
  for (const at::Tensor& tensor : state.network->parameters()) bytes += tensor.nbytes();
  for (const at::Tensor& tensor : state.network->buffers()) bytes += tensor.nbytes();
  return static_cast<std::int64_t>(bytes) + state_bytes(*state.optimizer);
}

Report train_epoch(const Model& model, const Dataset& data, const Trial& trial, TrialState& state) {
  const Budget epoch = state.epoch + 1;
  Report report{epoch, {}};
  for (const auto& [name, value] : train_once(model, data, trial.params.get<std::int64_t>("batch_size"), state)) {
    report.metrics["train_" + name] = value;
  }
  check_finite(report.metrics, "train_loss", epoch);
  state.network->eval();
  const at::NoGradGuard no_grad;
  report.metrics.merge(model.evaluate(*state.network, data.validation, data.info));
  check_finite(report.metrics, "loss", epoch);
  state.epoch = epoch;
  return report;
}

void copy_weights(const Network& source, Network& target) {
  const at::NoGradGuard no_grad;
  const auto copy = [](const auto& from, const auto& to) {
    if (from.size() != to.size()) throw std::runtime_error("the two networks have different parts");
    for (const auto& item : from) {
      const at::Tensor* there = to.find(item.key());
      if (there == nullptr || there->sizes() != item.value().sizes()) {
        throw std::runtime_error("'" + item.key() + "' has another shape in the copy");
      }
      at::Tensor(*there).copy_(item.value());
    }
  };
  copy(source.named_parameters(), target.named_parameters());
  copy(source.named_buffers(), target.named_buffers());
}

}  // namespace pegbox

#include <algorithm>
#include <cmath>
#include <vector>

#include <torch/nn/functional/loss.h>

#include <pegbox/model.hpp>

namespace pegbox {
namespace {

namespace functional = torch::nn::functional;

bool holds_classes(const torch::Tensor& target) { return target.scalar_type() == torch::kLong; }

Metrics classification_metrics(const torch::Tensor& output, const torch::Tensor& target) {
  const auto hits = output.argmax(1).eq(target).sum().item<std::int64_t>();
  return {{"accuracy", static_cast<double>(hits) / static_cast<double>(target.size(0))}};
}

/// RMSE over all target columns in the data's unit; R² as the mean over the columns.
Metrics regression_metrics(const torch::Tensor& output, const torch::Tensor& target, const DataInfo& info) {
  const auto wanted = target.to(torch::kDouble);
  const auto squares = (output.to(torch::kDouble) - wanted).square().mean(0);
  const auto spread = (wanted - wanted.mean(0)).square().mean(0);
  auto scale = torch::ones_like(squares);
  if (!info.target_scale.empty()) scale = torch::tensor(info.target_scale, torch::kDouble).to(squares.device());
  const auto rmse = (squares * scale.square()).mean().sqrt().item<double>();
  return {{"rmse", rmse}, {"r2", (1 - squares / spread).mean().item<double>()}};
}

}  // namespace

torch::Tensor Model::loss(const torch::Tensor& output, const torch::Tensor& target, const LossOptions& options) const {
  if (!holds_classes(target)) return functional::mse_loss(output, target);
  return functional::cross_entropy(
      output, target,
      functional::CrossEntropyFuncOptions().weight(options.class_weights).label_smoothing(options.label_smoothing));
}

torch::Tensor Model::predict(Network& network, const Batch& batch) const { return network.forward(batch.input()); }

Step Model::step(Network& network, const Batch& batch, const LossOptions& options) const {
  const auto output = predict(network, batch);
  return {loss(output, batch.target, options), output};
}

Metrics Model::metrics(const torch::Tensor& output, const torch::Tensor& target, const DataInfo& info) const {
  return holds_classes(target) ? classification_metrics(output, target) : regression_metrics(output, target, info);
}

Metrics Model::evaluate(Network& network, const Rows& rows, const DataInfo& info) const {
  constexpr std::int64_t kRowsAtOnce = 1024;
  std::vector<torch::Tensor> outputs, targets;
  for (std::int64_t begin = 0; begin < rows.count(); begin += kRowsAtOnce) {
    const Batch part = rows.slice(begin, std::min(begin + kRowsAtOnce, rows.count()));
    outputs.push_back(predict(network, part));
    targets.push_back(part.target);
  }
  const auto output = torch::cat(outputs);
  const auto target = torch::cat(targets);
  Metrics result = metrics(output, target, info);
  result["loss"] = loss(output, target, {}).item<double>();
  return result;
}

}  // namespace pegbox

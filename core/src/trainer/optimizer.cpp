#include "optimizer.hpp"

#include <stdexcept>

#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

namespace pegbox {
namespace {

double number_or_zero(const Params& params, const char* name) {
  return params.has(name) ? params.get<double>(name) : 0;
}

std::vector<torch::Tensor> tensors(const torch::optim::OptimizerParamState& state) {
  if (const auto* sgd = dynamic_cast<const torch::optim::SGDParamState*>(&state)) return {sgd->momentum_buffer()};
  if (const auto* adam = dynamic_cast<const torch::optim::AdamParamState*>(&state)) {
    return {adam->exp_avg(), adam->exp_avg_sq()};
  }
  if (const auto* adamw = dynamic_cast<const torch::optim::AdamWParamState*>(&state)) {
    return {adamw->exp_avg(), adamw->exp_avg_sq()};
  }
  const auto& rmsprop = dynamic_cast<const torch::optim::RMSpropParamState&>(state);
  return {rmsprop.square_avg(), rmsprop.momentum_buffer()};
}

}  // namespace

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const Params& params, std::vector<torch::Tensor> weights) {
  const auto name = params.get<std::string>("optimizer");
  const auto rate = params.get<double>("learning_rate");
  const double momentum = number_or_zero(params, "momentum");
  const double decay = number_or_zero(params, "weight_decay");
  if (name == "sgd") {
    return std::make_unique<torch::optim::SGD>(std::move(weights),
                                               torch::optim::SGDOptions(rate).momentum(momentum).weight_decay(decay));
  }
  if (name == "adam") {
    return std::make_unique<torch::optim::Adam>(std::move(weights),
                                                torch::optim::AdamOptions(rate).weight_decay(decay));
  }
  if (name == "adamw") {
    return std::make_unique<torch::optim::AdamW>(std::move(weights),
                                                 torch::optim::AdamWOptions(rate).weight_decay(decay));
  }
  if (name == "rmsprop") {
    return std::make_unique<torch::optim::RMSprop>(
        std::move(weights), torch::optim::RMSpropOptions(rate).momentum(momentum).weight_decay(decay));
  }
  throw std::runtime_error("unknown optimizer '" + name + "'; known are sgd, adam, adamw, rmsprop");
}

std::int64_t state_bytes(const torch::optim::Optimizer& optimizer) {
  std::size_t bytes = 0;
  for (const auto& [parameter, state] : optimizer.state()) {
    for (const torch::Tensor& tensor : tensors(*state)) bytes += tensor.defined() ? tensor.nbytes() : 0;
  }
  return static_cast<std::int64_t>(bytes);
}

}  // namespace pegbox

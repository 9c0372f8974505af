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

}  // namespace pegbox

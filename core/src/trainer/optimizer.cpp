#include "optimizer.hpp"

#include <stdexcept>

#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include "option_values.hpp"

namespace pegbox {
namespace {

using Weights = std::vector<torch::Tensor>;

double number_or_zero(const Params& params, const char* name) {
  return params.has(name) ? params.get<double>(name) : 0;
}

std::tuple<double, double> betas(const Params& params) {
  return {real_option(params, "beta1"), real_option(params, "beta2")};
}

using torch::optim::AdagradParamState;
using torch::optim::AdamParamState;
using torch::optim::AdamWParamState;
using torch::optim::RMSpropParamState;
using torch::optim::SGDParamState;

std::vector<torch::Tensor> tensors(const torch::optim::OptimizerParamState& state) {
  if (const auto* sgd = dynamic_cast<const SGDParamState*>(&state)) return {sgd->momentum_buffer()};
  if (const auto* adam = dynamic_cast<const AdamParamState*>(&state)) return {adam->exp_avg(), adam->exp_avg_sq()};
  if (const auto* adamw = dynamic_cast<const AdamWParamState*>(&state)) return {adamw->exp_avg(), adamw->exp_avg_sq()};
  if (const auto* adagrad = dynamic_cast<const AdagradParamState*>(&state)) return {adagrad->sum()};
  const auto& rmsprop = dynamic_cast<const RMSpropParamState&>(state);
  return {rmsprop.square_avg(), rmsprop.momentum_buffer()};
}

using Maker = std::unique_ptr<torch::optim::Optimizer> (*)(const Params& params, double rate, double decay,
                                                           Weights weights);

struct Kind {
  const char* name;
  Maker make;
};

constexpr Kind kKinds[] = {
    {"sgd",
     [](const Params& params, double rate, double decay, Weights weights) -> std::unique_ptr<torch::optim::Optimizer> {
       const double momentum = number_or_zero(params, "momentum");
       // Nesterov's step is one of momentum: without there is nothing to look ahead with.
       const bool nesterov = momentum > 0 && flag_option(params, "nesterov");
       return std::make_unique<torch::optim::SGD>(
           std::move(weights),
           torch::optim::SGDOptions(rate).momentum(momentum).nesterov(nesterov).weight_decay(decay));
     }},
    {"adam",
     [](const Params& params, double rate, double decay, Weights weights) -> std::unique_ptr<torch::optim::Optimizer> {
       return std::make_unique<torch::optim::Adam>(
           std::move(weights), torch::optim::AdamOptions(rate).betas(betas(params)).weight_decay(decay));
     }},
    {"adamw",
     [](const Params& params, double rate, double decay, Weights weights) -> std::unique_ptr<torch::optim::Optimizer> {
       return std::make_unique<torch::optim::AdamW>(
           std::move(weights), torch::optim::AdamWOptions(rate).betas(betas(params)).weight_decay(decay));
     }},
    {"rmsprop",
     [](const Params& params, double rate, double decay, Weights weights) -> std::unique_ptr<torch::optim::Optimizer> {
       return std::make_unique<torch::optim::RMSprop>(
           std::move(weights),
           torch::optim::RMSpropOptions(rate).momentum(number_or_zero(params, "momentum")).weight_decay(decay));
     }},
    {"adagrad",
     [](const Params& /*params*/, double rate, double decay,
        Weights weights) -> std::unique_ptr<torch::optim::Optimizer> {
       return std::make_unique<torch::optim::Adagrad>(std::move(weights),
                                                      torch::optim::AdagradOptions(rate).weight_decay(decay));
     }},
};

void set_momentum(torch::optim::OptimizerOptions& options, double momentum) {
  if (auto* sgd = dynamic_cast<torch::optim::SGDOptions*>(&options)) sgd->momentum(momentum);
  if (auto* rmsprop = dynamic_cast<torch::optim::RMSpropOptions*>(&options)) rmsprop->momentum(momentum);
  if (auto* adam = dynamic_cast<torch::optim::AdamOptions*>(&options)) {
    adam->betas({momentum, std::get<1>(adam->betas())});
  }
  if (auto* adamw = dynamic_cast<torch::optim::AdamWOptions*>(&options)) {
    adamw->betas({momentum, std::get<1>(adamw->betas())});
  }
}

}  // namespace

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const Params& params, std::vector<torch::Tensor> weights) {
  const auto name = params.get<std::string>("optimizer");
  std::string known;
  for (const Kind& kind : kKinds) {
    if (name == kind.name) {
      return kind.make(params, params.get<double>("learning_rate"), number_or_zero(params, "weight_decay"),
                       std::move(weights));
    }
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
  }
  throw std::runtime_error("unknown optimizer '" + name + "'; known are " + known);
}

void set_pace(torch::optim::Optimizer& optimizer, const Pace& pace) {
  for (torch::optim::OptimizerParamGroup& group : optimizer.param_groups()) {
    group.options().set_lr(pace.learning_rate);
    if (pace.momentum) set_momentum(group.options(), *pace.momentum);
  }
}

std::int64_t state_bytes(const torch::optim::Optimizer& optimizer) {
  std::size_t bytes = 0;
  for (const auto& [parameter, state] : optimizer.state()) {
    for (const torch::Tensor& tensor : tensors(*state)) bytes += tensor.defined() ? tensor.nbytes() : 0;
  }
  return static_cast<std::int64_t>(bytes);
}

}  // namespace pegbox

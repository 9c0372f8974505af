#pragma once

#include <memory>
#include <vector>

#include <torch/optim/optimizer.h>

#include <pegbox/params.hpp>

#include "schedule.hpp"

namespace pegbox {

/// The optimizer that the hyperparameters of `trainer_space` and `trainer_options` describe. Momentum and weight decay
/// are 0 where they are not given. Throws `std::runtime_error` for an unknown name.
std::unique_ptr<torch::optim::Optimizer> make_optimizer(const Params& params, std::vector<torch::Tensor> weights);

/// Sets the learning rate, and the momentum (of Adam the first β) where the pace has one of its own.
void set_pace(torch::optim::Optimizer& optimizer, const Pace& pace);

/// Memory of what such an optimizer remembers of its steps.
std::int64_t state_bytes(const torch::optim::Optimizer& optimizer);

}  // namespace pegbox

#pragma once

#include <pegbox/space.hpp>

namespace pegbox {

/// The host's own hyperparameters, which join the model's space: learning_rate, batch_size, optimizer, momentum,
/// weight_decay.
SearchSpace trainer_space();

}  // namespace pegbox

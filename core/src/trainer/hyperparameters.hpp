#pragma once

#include <pegbox/space.hpp>

namespace pegbox {

/// The host's own hyperparameters, which join the model's space: learning_rate, batch_size, optimizer, momentum,
/// weight_decay.
SearchSpace trainer_space();

/// More of them, which join only where a study names them: how the learning rate goes on, regularisation, early
/// stopping, what is done to the inputs. `Parameter::initial` is what holds where a study does not.
SearchSpace trainer_options();

}  // namespace pegbox

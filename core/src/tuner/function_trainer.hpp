#pragma once

#include <memory>

#include "trainer/trainer.hpp"
#include "trial_function.hpp"

namespace pegbox {

/// Trains the trials of a study by a function of the program's own, up to `jobs` at once and up to `epochs` epochs
/// each. A trial goes on from the state that the function wrote down, which is kept in memory and in the folder of
/// `checkpoints`; a function that writes none is run from its beginning, and what was told is not told again.
std::unique_ptr<Trainer> make_function_trainer(TrialFunction function, Budget epochs, int jobs,
                                               CheckpointPlan checkpoints);

}  // namespace pegbox

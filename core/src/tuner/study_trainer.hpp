#pragma once

#include <memory>

#include "setup.hpp"
#include "trainer/trainer.hpp"

namespace pegbox {

/// The trainer of a study, from the trainer's library. Throws `StudyError` for what the study cannot have (no data, no
/// such device), and `PluginError` that names the model for what it throws.
std::unique_ptr<Trainer> make_study_trainer(const Setup& setup, CheckpointPlan checkpoints);

}  // namespace pegbox

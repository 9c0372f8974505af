#pragma once

#include <memory>

#include "trainer.hpp"

namespace pegbox {

/// The trainer for a study. Throws `StudyError` for data or a device that cannot be used.
std::unique_ptr<Trainer> make_trainer(const TrainerPlan& plan);

}  // namespace pegbox

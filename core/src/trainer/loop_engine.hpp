#pragma once

#include <memory>

#include "engine.hpp"
#include "trainer.hpp"

namespace pegbox {

/// The engine for a plug-in with `create_loop`. Throws `StudyError` for a device that cannot be used, and for data: a
/// loop brings its own.
std::unique_ptr<Engine> make_loop_engine(const TrainerPlan& plan);

}  // namespace pegbox

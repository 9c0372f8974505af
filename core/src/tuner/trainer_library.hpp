#pragma once

#include "trainer/trainer.hpp"

namespace pegbox {

/// The trainer, opened when it is first asked for: LibTorch takes a quarter of a second to start. Throws `PluginError`
/// where it does not load.
const TrainerEntry& trainer_library();

}  // namespace pegbox

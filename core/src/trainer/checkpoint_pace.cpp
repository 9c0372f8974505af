#include "checkpoint_pace.hpp"

namespace pegbox {

bool CheckpointPace::due() {
  ++epochs_;
  const Clock::time_point now = Clock::now();
  const std::chrono::duration<double> passed = now - since_;
  const bool by_epochs = plan_.every_epochs > 0 && epochs_ >= plan_.every_epochs;
  const bool by_time = plan_.every_seconds > 0 && passed.count() >= plan_.every_seconds;
  if (!by_epochs && !by_time) return false;
  epochs_ = 0;
  since_ = now;
  return true;
}

}  // namespace pegbox

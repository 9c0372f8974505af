#pragma once

#include <chrono>

#include "trainer.hpp"

namespace pegbox {

/// Says when a trial that runs is due for a checkpoint: so many epochs or seconds after it began or the last one.
class CheckpointPace {
 public:
  explicit CheckpointPace(const CheckpointPlan& plan) : plan_(plan) {}

  /// Called after each epoch. Where it says yes, it counts anew.
  bool due();

 private:
  using Clock = std::chrono::steady_clock;

  const CheckpointPlan& plan_;
  Budget epochs_ = 0;
  Clock::time_point since_ = Clock::now();
};

}  // namespace pegbox

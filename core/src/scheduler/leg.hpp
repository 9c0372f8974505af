#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include <pegbox/pruner.hpp>

#include "plan.hpp"
#include "runner.hpp"

namespace pegbox {

/// One stretch of a trial's training, from a move to its result. Runs on a worker.
struct Leg {
  int move = 0;
  Trial trial;                     ///< as of the move; afterwards with its reports and its new state
  std::vector<const Trial*> told;  ///< what the strategy had been told when it made the move
};

/// What a worker needs of the study; shared by all workers and not changed while they run.
struct LegContext {
  const Plan* plan;
  const Pruner* pruner;
  const Runner* runner;
  const std::atomic<bool>* stop;
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

/// Trains one leg and sets the trial's new state: complete, paused, pruned or failed; `running` where the study was
/// stopped before or during the leg, or the runner interrupted it: then nothing is saved. `on_report` sees each
/// accepted report. Throws nothing.
void run_leg(Leg& leg, const LegContext& context, const std::function<void(const Report&)>& on_report) noexcept;

}  // namespace pegbox

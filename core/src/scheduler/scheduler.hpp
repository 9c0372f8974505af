#pragma once

#include <atomic>
#include <deque>
#include <string>

#include <pegbox/ending.hpp>
#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

#include "observer.hpp"
#include "plan.hpp"
#include "runner.hpp"

namespace pegbox {

struct Outcome {
  std::deque<Trial> trials;  ///< by number, without gaps; of those that have ended the last report alone is kept
  Ending ending;
  std::string fault;  ///< what the strategy did wrong
};

/// Runs a study: asks the strategy, trains in parallel, tells. `pruner` may be null. Each k-th move (from 0) is asked
/// for after exactly the results of the moves up to k − window were told, a `Wait` tells the next one in that order,
/// and `keep` sees what was told when the trial's move was asked for: so no timing shows in the study, unless a time
/// limit or `stop` cuts it short. Setting `stop` (from a signal handler too) ends the study after the running epochs;
/// trials that ran then are paused, as those that a timeout cuts.
///
/// A study with a history goes on where that ends, without asking for its moves or training again, and ends as one that
/// was never cut: what was recorded of a move is told as it was, and an unfinished move is finished. Only where a study
/// is over (limit reached, strategy done) do paused trials end as pruned.
///
/// A move that is nonsense, or an exception from the strategy, ends the study with `Ending::strategy_fault`; what ran
/// is finished first. Failed trials are part of the outcome.
Outcome run_study(const Plan& plan, Strategy& strategy, const Pruner* pruner, const Runner& runner, Observer& observer,
                  const std::atomic<bool>& stop);

}  // namespace pegbox

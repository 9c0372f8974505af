#pragma once

#include <map>
#include <memory>
#include <string>

#include "contract_check.hpp"
#include "simulated_study.hpp"

namespace pegbox {

/// Moves of an ordinary simulated study.
constexpr int kMoves = 30;

/// A study that a strategy is tried on: one objective, 9 epochs, window 4, the default settings, and no limit of trials
/// unless the strategy needs one.
struct StrategyBench {
  StrategyBench(const StrategyPlugin& tried, StrategyLookup lookup, const SearchSpace& space);

  /// A new strategy, or none where it refuses the study; `refusal` then has its words.
  std::unique_ptr<Strategy> strategy();

  /// Whether there is a strategy of that name and it takes the study.
  bool taken_by(const std::string& name) const;

  const StrategyPlugin& plugin;
  StrategyLookup others;
  StrategyContext context;
  std::string refusal;  ///< the last one; also why it needs a limit of trials
};

/// The same on a space: less where there are so many hyperparameters that some strategies take their time.
int moves_on(const SearchSpace& space);

/// Of five trials one fails, and of three one is pruned.
Fate varied(int trial);

/// Points that the strategy does not ask for, by the number of the trial: the defaults as trials 0 and 1, and others.
std::map<int, Params> foreign_points(const StrategyContext& context);

/// The same for what becomes of them: also ends that only trials of other programs have.
Fate foreign_fate(int trial);

}  // namespace pegbox

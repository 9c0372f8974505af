#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <pegbox/trial.hpp>

namespace pegbox {

/// What a trial measured while it trained, as costs of each objective.
struct LearningCurve {
  Budget epochs = 0;                                       ///< how long it trained
  std::vector<double> costs;                               ///< at the end
  std::vector<std::pair<Budget, std::vector<double>>> on;  ///< at the ends of epochs, ascending, where all were finite
};

LearningCurve learning_curve(const Trial& trial, std::span<const Objective> objectives);

/// Costs of one objective as if all trials had trained equally long: as long as the `enough`-th longest (all, where
/// there are fewer). What trained longer counts with what it had by then. What was stopped earlier gets the cost that
/// has its rank among those that came so far, as they were when it was stopped; beyond the best and the worst of these
/// in proportion. So stopped trials stay in their order, and a bad one is known to be bad. No curve is empty.
///
/// S. Falkner, A. Klein, F. Hutter, "BOHB" (2018), model the largest budget with enough results too, but leave out
/// what was stopped before.
std::vector<double> levelled(std::span<const LearningCurve* const> curves, std::size_t enough, std::size_t objective);

}  // namespace pegbox

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <pegbox/strategy.hpp>

namespace pegbox {

/// Another strategy that says where to begin new trials, for a strategy that decides on their budgets. A part of them
/// begins at uniform points all the same: what a model learned from short trainings may mislead it (S. Falkner,
/// A. Klein, F. Hutter, "BOHB: robust and efficient hyperparameter optimization at scale", 2018).
class Sampler {
 public:
  /// `sampler`, the strategy's name, and `random_part`; after those of the strategy that has it.
  static std::vector<Setting> with_settings(std::vector<Setting> others);

  /// The strategy that `sampler` of the settings names. Throws `StudyError` where it decides on budgets itself or
  /// cannot take the study; as the catalog where there is none of that name.
  explicit Sampler(const StrategyContext& context);

  /// The next move: a `Start`, of which only the point counts, `Wait` or `Done`.
  Move ask(const Turn& turn);

  void tell(const Trial& trial) { strategy_->tell(trial); }

 private:
  SearchSpace space_;
  std::uint64_t seed_;
  double random_part_;
  std::string name_;
  std::unique_ptr<Strategy> strategy_;
};

}  // namespace pegbox

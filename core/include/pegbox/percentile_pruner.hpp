#pragma once

#include <vector>

#include <pegbox/reports.hpp>

namespace pegbox {

/// The percentile of some numbers, at least one, none of them NaN: linear between the two next to the place
/// percentile / 100 × (count − 1) of the sorted numbers. `percentile` is in [0, 100].
double percentile_of(std::vector<double> numbers, double percentile);

/// The median stopping rule of D. Golovin et al., "Google Vizier: a service for black-box optimization" (KDD 2017), as
/// Optuna varies it, for any percentile: a trial ends where the best that it has measured so far is worse than the
/// percentile of what the others had measured at the same epoch. Others are the trials told as complete, pruned or
/// paused, each once, with the last of its tellings; failed ones do not count.
class PercentilePruner : public Pruner {
 public:
  /// `startup`, `warmup`, `interval` and `min_trials`, which the context's settings have.
  static std::vector<Setting> common_settings();

  /// A trial must be among the best `percentile` of 100. Throws `StudyError` for several objectives.
  PercentilePruner(const PrunerContext& context, double percentile);

  bool keep(const Trial& running, Trials told) const override;

 private:
  std::vector<double> costs_at(Budget epoch, const std::vector<const Trial*>& trials) const;
  bool worse(const Trial& trial, double limit) const;

  Objective objective_;
  double percentile_;
  std::int64_t startup_, warmup_, interval_, min_trials_;
};

}  // namespace pegbox

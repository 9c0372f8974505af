#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/trial.hpp>

#include "json/json.hpp"

namespace pegbox {

/// How rows were divided in a study, as far as the comparison of two trials goes by it.
struct Divided {
  int folds = 1;
  int repeats = 1;
  double validation = 0.2;

  /// By the study's definition; one fit where that says nothing.
  static Divided of(const Json& definition);

  /// Rows that are validated on for each that is trained on.
  double validated_to_trained() const;
};

/// The best trial beside the one that comes next, by the first objective.
struct Comparison {
  const Trial* best;
  const Trial* next;
  std::optional<double> p;  ///< how probable so large a difference is where there is none; only with several fits

  bool distinguishable() const { return p && *p < 0.05; }
};

/// The two best complete trials, or nothing where there are fewer. Both were fitted on the same rows, so their fits are
/// compared in pairs, by a t-test whose variance is enlarged since folds and repeats share rows to train on (C. Nadeau,
/// Y. Bengio, "Inference for the generalization error", 2003; for repeated folds R. R. Bouckaert, E. Frank, "Evaluating
/// the replicability of significance tests for comparing learning algorithms", 2004). Two-sided. Where all fits differ
/// by the same, which leaves that test without a variance, by the sign test.
std::optional<Comparison> compared(const std::deque<Trial>& trials, const Objective& objective, const Divided& divided);

/// How much better one trial is than another.
struct Gain {
  double gain;                   ///< of the first objective; above 0: better
  std::optional<double> margin;  ///< half of its 95 % interval, by the variance of `compared`; only with several fits
};

/// Of two complete trials.
Gain gain_over(const Trial& better, const Trial& other, const Objective& objective, const Divided& divided);

/// One sentence: whether the best trial is better than the next.
std::string comparison_text(const Comparison& comparison, const Objective& objective);

/// `{"trial", "values", "p", "distinguishable"}` of the next best, or null.
Json comparison_json(const std::optional<Comparison>& comparison, const std::vector<Objective>& objectives);

/// One sentence where the trial is far better on rows that it was trained on than on others, or hardly good on either;
/// else empty. Goes by `gap` and metrics whose scale is known: `accuracy`, `r2`, and `rmse` by the `r2` beside it. Of
/// `loss`, and of `rmse` alone, only how many times the one is the other is judged. A gap below two standard errors of
/// the fits is none.
std::string fitting_text(const Trial& trial, const Objective& objective);

}  // namespace pegbox

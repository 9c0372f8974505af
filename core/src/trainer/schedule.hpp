#pragma once

#include <optional>

#include <pegbox/params.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// How large a step of the optimizer is.
struct Pace {
  double learning_rate = 0;
  std::optional<double> momentum;  ///< where the schedule moves it too
};

/// The learning rate over a trial of `epochs` epochs, the study's largest budget, whatever the trial is allowed at
/// first. `learning_rate` is the highest that it reaches. With `warmup`, a part of all steps, it rises to that in a
/// straight line (P. Goyal et al., "Accurate, large minibatch SGD", 2017), and the schedule has the steps that are
/// left:
/// - step: times `decay_factor` each time another part `decay_every` of the epochs has passed;
/// - cosine: half a wave down to 0 (I. Loshchilov, F. Hutter, "SGDR", 2017);
/// - one_cycle: from 1/25 up during the first 3/10, down to 1/250,000, each half a wave, while momentum goes down by
///   0.1 and up again (L. N. Smith, N. Topin, "Super-convergence", 2018);
/// - plateau: times `decay_factor` whenever the loss on the validation part has not improved for more than
///   `decay_patience` epochs.
class Schedule {
 public:
  Schedule(const Params& params, Budget epochs, std::int64_t steps_per_epoch);

  /// For the step `step` (from 0) of an epoch (from 1). Only the schedule `plateau` heeds `plateau_factor`.
  Pace pace(Budget epoch, std::int64_t step, double plateau_factor) const;

  /// Whether each step has a pace of its own; else only each epoch has.
  bool moves() const { return kind_ == Kind::cosine || kind_ == Kind::one_cycle || warmup_steps_ > 0; }

 private:
  enum class Kind { none, step, cosine, one_cycle, plateau };

  static Kind kind_of(const std::string& name);
  double factor(Budget epoch, double progress, double plateau_factor) const;
  std::optional<double> momentum(double progress) const;

  Kind kind_;
  double learning_rate_;
  double momentum_;  ///< of Adam the first β
  double decay_factor_;
  double steps_;  ///< of the whole trial
  double warmup_steps_;
  Budget decay_epochs_;  ///< epochs between two decays
  std::int64_t steps_per_epoch_;
};

/// The factor of the schedule `plateau`, and what it goes by; kept with the trial.
struct Plateau {
  double factor = 1;
  double best = 0;
  std::int64_t waited = -1;  ///< epochs since the best; -1: there is none yet

  /// After an epoch with that loss.
  void see(double loss, const Params& params);
};

}  // namespace pegbox

#pragma once

#include <functional>
#include <vector>

#include <pegbox/trial.hpp>

namespace pegbox {

/// Takes what an epoch measured and says whether the trial goes on.
using OnReport = std::function<bool(const Report& report)>;

/// How trials are trained. The scheduler calls `run`, `recover`, `save` and `release` from several threads at once,
/// each trial on one thread at a time.
struct Runner {
  /// Trains from the epoch that the trial has reached up to `trial.until`, or until `on_report`, called after each
  /// epoch, says no; then keeps the network, so that the trial can go on later. What it throws fails the trial.
  std::function<void(const Trial& trial, const OnReport& on_report)> run;

  /// What an earlier run trained beyond `trial.epochs()` and saved: its reports. With these in the trial `run` goes on
  /// from there.
  std::function<std::vector<Report>(const Trial& trial)> recover;

  /// The trial goes on later, perhaps in another process. Throws nothing.
  std::function<void(const Trial& trial)> save;

  /// Gives the new trial a copy of the weights of a paused one, to begin with. The source does not run meanwhile.
  std::function<void(const Trial& source, const Trial& copy)> fork;

  /// Frees what is kept of a trial that has ended. Throws nothing.
  std::function<void(const Trial& trial)> release;
};

}  // namespace pegbox

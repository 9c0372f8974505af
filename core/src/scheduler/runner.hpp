#pragma once

#include <exception>
#include <functional>
#include <vector>

#include <pegbox/trial.hpp>

namespace pegbox {

/// Takes what an epoch measured and says whether the trial goes on.
using OnReport = std::function<bool(const Report& report)>;

/// Thrown by a runner's `run` or `recover`: the trial is cut short by no fault of its own, and a later run takes it up
/// from what was saved before. The study has been asked to stop.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

/// How trials are trained. The scheduler calls `run`, `recover`, `save` and `release` from several threads at once,
/// each trial on one thread at a time.
struct Runner {
  /// Trains from the epoch that the trial has reached up to `trial.until`, or until `on_report`, called after each
  /// epoch, says no; then keeps the network, so that the trial can go on later. What it throws fails the trial, but for
  /// `Interrupted`.
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

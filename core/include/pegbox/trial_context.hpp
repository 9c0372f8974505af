#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <pegbox/params.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// A trial as its training loop sees it, that of a model or of a program that uses the library. Random numbers that
/// LibTorch draws on the thread of `train` (`torch::randn`, initialisation, dropout) come from the trial's own stream,
/// which is kept together with the state.
class TrialContext {
 public:
  virtual ~TrialContext() = default;

  virtual const Params& params() const = 0;

  /// Where to train: `cpu`, `cuda:0` …, as `torch::Device` takes it.
  virtual std::string device() const = 0;

  /// The trial's own seed, for random numbers that are not LibTorch's. A state that holds such a generator has to be
  /// part of what is saved.
  virtual std::uint64_t seed() const = 0;

  /// The epoch of the state that `restore` gives: the loop begins with the next. 0 where it begins afresh.
  virtual Budget epoch() const = 0;

  /// The epoch to reach now.
  virtual Budget until() const = 0;

  /// The largest budget of a trial in this study, for schedules: `until()` is this or less.
  virtual Budget epochs() const = 0;

  /// States how the loop's state is written down, as bytes of the loop's own making; to be called before the first
  /// report. The host calls `state` inside of `report` whenever it has to keep the state: where the trial pauses, for a
  /// checkpoint, for a copy. A loop that states nothing is run from its beginning where it has to go on, and no trial
  /// can begin with its weights.
  virtual void save(std::function<std::string()> state) = 0;

  /// The state to go on from, or nothing where the loop begins afresh. At epoch 0 it is that of another trial, whose
  /// weights this one begins with. A loop that saves calls it before its first report, and after it has built what
  /// draws random numbers: from here on they go on where they were when the state was saved.
  virtual std::optional<std::string> restore() = 0;

  /// Tells what an epoch measured: each once, in ascending order. Returns whether to go on: where not, `train` has to
  /// return at once, without training on. Throws what ends the trial; let it pass.
  virtual bool report(Budget epoch, const Metrics& metrics) = 0;
};

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include <torch/version.h>

#include <pegbox/model_plugin.hpp>
#include <pegbox/plugin.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// A trial as its training loop sees it. Random numbers that LibTorch draws on the thread of `train` (`torch::randn`,
/// initialisation, dropout) come from the trial's own stream, which is kept together with the state.
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

/// A model that trains itself: whoever has a training loop keeps it and reports to the host what each epoch measured.
/// Its space is all that is searched, and it brings its own data. Const, shared by all trials, called from several
/// threads at once.
class Loop {
 public:
  virtual ~Loop() = default;

  /// The hyperparameters, with defaults and conditions.
  virtual SearchSpace space() const = 0;

  /// Whether the study file may add hyperparameters that `space` does not name.
  virtual bool open_space() const { return false; }

  /// Trains from `trial.epoch() + 1` to `trial.until()`, with a report after each epoch. To return earlier ends the
  /// trial as complete. What it throws fails the trial.
  virtual void train(TrialContext& trial) const = 0;
};

/// A `Loop` from its settings: constructible from `const Settings&`, or by default.
template <class Type>
std::unique_ptr<Loop> make_loop(const Settings& settings) {
  if constexpr (std::is_constructible_v<Type, const Settings&>) {
    return std::make_unique<Type>(settings);
  } else {
    return std::make_unique<Type>();
  }
}

template <class Type>
ModelDescription describe_loop(const Settings& settings) {
  const auto loop = make_loop<Type>(settings);
  return {loop->space(), loop->open_space(), /*trains_itself=*/true};
}

}  // namespace pegbox

/// Makes the class this library's model. `Type` is constructible by default or from `const Settings&`, and may have
/// `static std::vector<Setting> settings()`. `name` and `summary` (one line) are string literals.
#define PEGBOX_LOOP(Type, name, summary)                          \
  PEGBOX_STAMP("model", name, summary, TORCH_VERSION)             \
  PEGBOX_EXPORT constinit const pegbox::ModelPlugin pegbox_model{ \
      &pegbox::declared_settings<Type>, &pegbox::describe_loop<Type>, nullptr, &pegbox::make_loop<Type>};

#pragma once

#include <memory>
#include <type_traits>

#include <torch/version.h>

#include <pegbox/model_plugin.hpp>
#include <pegbox/plugin.hpp>
#include <pegbox/trial_context.hpp>

namespace pegbox {

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

#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "trial_function.hpp"

namespace pegbox {

/// What a function has written down of a trial, to go on with after `epoch` epochs.
struct FunctionState {
  Budget epoch = 0;
  std::string bytes;
};

/// One stretch of a trial's training by a function: what the function is shown of the trial, and what is asked of it.
class FunctionRun final : public TrialContext {
 public:
  using OnReport = std::function<bool(const Report& report)>;

  /// `given`: the state to go on from, of the trial after `trial.epochs()` or of another one at epoch 0; without one
  /// the function runs from its beginning. Reports up to `trial.epochs()` are not told again. `epochs`: the largest
  /// budget of a trial. All that is referred to outlives the run.
  FunctionRun(const Trial& trial, Budget epochs, std::optional<FunctionState> given, const OnReport& on_report);

  /// Trains up to the trial's `until`, or as far as the function goes. Throws what the function throws, and
  /// `std::runtime_error` with one sentence where it breaks the rules of `TrialContext`.
  void train(const TrialFunction& function);

  /// What the function wrote down where it was told to stop; nothing where it states no way to.
  const std::optional<FunctionState>& stopped_at() const { return stopped_at_; }

  const Params& params() const override { return trial_.params; }
  std::string device() const override { return "cpu"; }
  std::uint64_t seed() const override { return trial_.seed; }
  Budget epoch() const override { return given_ ? given_->epoch : 0; }
  Budget until() const override { return trial_.until; }
  Budget epochs() const override { return epochs_; }
  void save(std::function<std::string()> state) override { saver_ = std::move(state); }
  std::optional<std::string> restore() override;
  bool report(Budget epoch, const Metrics& metrics) override;

 private:
  void check(Budget epoch) const;
  bool reported(Budget epoch, const Metrics& metrics);
  void check_ended() const;

  const Trial& trial_;
  const Budget epochs_;
  const std::optional<FunctionState> given_;
  const OnReport& on_report_;
  const Budget told_;  ///< up to this epoch reports were told before
  std::function<std::string()> saver_;
  std::optional<FunctionState> stopped_at_;
  Budget last_;
  bool asked_ = false;    ///< for its state
  bool stopped_ = false;  ///< told to
  std::exception_ptr failure_;
};

}  // namespace pegbox

#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/loop.hpp>

#include "loop_state.hpp"

namespace pegbox {

/// One leg of a trial of a loop: what the loop is shown of it, and what is asked of the loop. Random numbers begin
/// where the trial began, until the loop takes its state: then they go on where the state was.
class LoopRun final : public TrialContext {
 public:
  /// `epochs`: largest budget of a trial in the study. All that is referred to outlives the run.
  LoopRun(const Trial& trial, const c10::Device& device, Budget epochs, LoopState& state,
          const Engine::OnReport& on_report);

  /// Trains up to the trial's `until`, or as far as the loop goes. Throws what the loop throws, and
  /// `std::runtime_error` with one sentence where it breaks the rules of `TrialContext`.
  void train(const Loop& loop);

  const Params& params() const override { return trial_.params; }
  std::string device() const override { return device_; }
  std::uint64_t seed() const override { return trial_.seed; }
  Budget epoch() const override { return begun_; }
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
  const std::string device_;
  const Budget epochs_;
  LoopState& state_;
  const Engine::OnReport& on_report_;
  const std::optional<std::string> given_;  ///< the state at the beginning of the leg
  const Budget told_;                       ///< up to this epoch reports were told in legs before
  const Budget begun_;                      ///< the epoch of `given_`
  const std::vector<at::Tensor> stream_;    ///< the random numbers at `told_`
  std::vector<at::Tensor> stopped_stream_;  ///< the same where the loop was told to stop
  LoopState::Saver saver_;
  Budget last_;
  bool asked_ = false;    ///< for its state
  bool stopped_ = false;  ///< told to
  std::exception_ptr failure_;
};

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace pegbox {

/// A trial's own random numbers for LibTorch: initialisation, dropout, shuffling and whatever a model draws. LibTorch
/// has one default generator for the process, and `torch::nn::init` and `dropout` take no other; so while a trial's
/// generators are in use on a thread, every operation that was given no generator gets the trial's.
class TrialRandom {
 public:
  TrialRandom(std::uint64_t seed, const c10::Device& device);

  /// Uses the trial's generators on this thread as long as it lives. One at a time on a thread.
  class Use {
   public:
    explicit Use(TrialRandom& random);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    c10::impl::IncludeDispatchKeyGuard key_;
  };

  /// The generator for tensors on the device of that type, if this trial has one.
  std::optional<at::Generator> on(c10::DeviceType type) const;

  /// Where the generators are in their streams: the CPU's and, on an accelerator, that one's.
  std::vector<at::Tensor> state() const;

  /// Goes on from there. On another kind of device than before, an accelerator's generator stays as it is. Throws
  /// `c10::Error` for what is no state.
  void restore(const std::vector<at::Tensor>& state);

 private:
  at::Generator cpu_;
  std::optional<at::Generator> accelerator_;
};

}  // namespace pegbox

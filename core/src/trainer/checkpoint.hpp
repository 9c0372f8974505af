#pragma once

#include <string>
#include <vector>

#include <torch/serialize/archive.h>

#include "engine.hpp"

namespace pegbox {

/// All that a trial needs to go on, as bytes: whose it is (study, number, seed, hyperparameters), its epoch and
/// reports, and the state. An archive of LibTorch's own. `trial` has the reports up to `state.epoch`.
std::string pack_checkpoint(const std::string& study, const Trial& trial, const TrialState& state);

/// What `pack_checkpoint` packed, tensors on the device.
class Checkpoint {
 public:
  /// Throws some `std::exception` where the bytes are no checkpoint.
  Checkpoint(const std::string& bytes, const c10::Device& device);

  bool belongs_to(const std::string& study, const Trial& trial) const;
  Budget epoch() const { return epoch_; }
  const std::vector<Report>& reports() const { return reports_; }

  /// Puts a freshly begun trial where this one was. Throws some `std::exception` where the model now builds another
  /// network; the state is then of no use.
  void restore(TrialState& state);

 private:
  torch::serialize::InputArchive archive_;
  std::string owner_;
  Budget epoch_ = 0;
  std::vector<Report> reports_;
};

}  // namespace pegbox

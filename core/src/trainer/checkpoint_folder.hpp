#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "checkpoint.hpp"
#include "trainer.hpp"

namespace pegbox {

/// The checkpoint files of a study, one for each trial. Thread-safe for different trials. `write` and `read` throw
/// `DeviceError` where the device is lost.
class CheckpointFolder {
 public:
  /// What a trial's file held. Without a checkpoint, `fault` says why it cannot be used (`is torn`); it is empty where
  /// there is no file.
  struct Found {
    std::optional<Checkpoint> checkpoint;
    std::string fault;
  };

  CheckpointFolder(CheckpointPlan plan, const c10::Device& device) : plan_(std::move(plan)), device_(device) {}

  /// Whether checkpoints are written.
  bool used() const { return !plan_.folder.empty(); }

  /// Writes the trial's checkpoint in place of an earlier one and says whether it is there; `on_fault` hears why not.
  bool write(const Trial& trial, const TrialState& state) const;

  Found read(const Trial& trial) const;

  void remove(int trial) const noexcept;

 private:
  std::filesystem::path file_of(int trial) const;

  CheckpointPlan plan_;
  c10::Device device_;
};

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "function_run.hpp"
#include "trainer/trainer.hpp"

namespace pegbox {

/// What functions have written down of their trials: in memory, and with a folder in a file `NUMBER.state` for each.
/// Thread-safe for different trials.
class FunctionStates {
 public:
  explicit FunctionStates(CheckpointPlan plan) : plan_(std::move(plan)) {}

  void keep(int trial, FunctionState state);

  /// The state after so many epochs, from memory or the file.
  std::optional<FunctionState> find(int trial, Budget epoch) const;

  /// Writes the trial's state to its file, where it has one and there is a folder.
  void save(int trial) noexcept;

  void unload(int trial) noexcept;

  /// Frees the memory and removes the file.
  void forget(int trial) noexcept;

 private:
  std::filesystem::path file_of(int trial) const;
  std::optional<FunctionState> in_memory(int trial) const;
  std::optional<FunctionState> in_file(int trial) const;

  CheckpointPlan plan_;
  mutable std::mutex mutex_;
  std::map<int, FunctionState> states_;  ///< by trial
};

}  // namespace pegbox

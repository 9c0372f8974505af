#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "engine.hpp"

namespace pegbox {

/// The networks of trials that do not run, in memory up to a limit. Those that are in a checkpoint too may be freed; it
/// is remembered at which epoch that one is. Thread-safe.
class KeptTrials {
 public:
  explicit KeptTrials(std::int64_t most_bytes) : most_bytes_(most_bytes) {}

  /// `saved`: the trial's checkpoint is at this very epoch.
  void keep(int trial, std::shared_ptr<TrialState> state, bool saved);

  /// Hands the network over to whoever trains on, or null where none is in memory.
  std::shared_ptr<TrialState> take(int trial);

  /// The network, where it is in memory at that epoch. It must not be changed.
  std::shared_ptr<const TrialState> find(int trial, Budget epoch) const;

  /// Whether the trial that is kept, in memory or not, has a checkpoint at that epoch.
  bool saved(int trial, Budget epoch) const;

  void mark_saved(int trial);

  /// Frees networks that are saved, the longest kept first, until the rest is within the limit.
  void shrink();

  /// Frees the memory of a trial's network.
  void unload(int trial);

  void forget(int trial) { take(trial); }

 private:
  struct Kept {
    std::shared_ptr<TrialState> state;  ///< null: only in the checkpoint
    Budget epoch = 0;
    std::int64_t bytes = 0;
    std::uint64_t since = 0;  ///< counts what is kept
    bool saved = false;
  };

  const std::int64_t most_bytes_;
  mutable std::mutex mutex_;
  std::map<int, Kept> kept_;  ///< by trial
  std::uint64_t count_ = 0;
};

}  // namespace pegbox

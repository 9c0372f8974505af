#pragma once

#include <mutex>
#include <optional>

#include "trainer/trainer.hpp"

namespace pegbox {

/// Of the trials that have ended, keeps the network of the best one and lets the others go.
class BestKeeper {
 public:
  /// Where there are rows to test on, it stays in memory.
  BestKeeper(Trainer& trainer, Objective objective)
      : trainer_(trainer), objective_(std::move(objective)), tested_(trainer.summary().test_rows > 0) {}

  /// The best of earlier runs, whose network is kept already.
  void recall(const Trial& best);

  /// From any thread, each trial once.
  void ended(const Trial& trial);

 private:
  bool better(const Trial& trial) const;

  Trainer& trainer_;
  Objective objective_;
  bool tested_;
  std::mutex mutex_;
  std::optional<int> best_;
  double cost_ = 0;
};

}  // namespace pegbox

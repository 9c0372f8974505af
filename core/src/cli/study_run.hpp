#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "device_watch.hpp"
#include "recording.hpp"
#include "scheduler/scheduler.hpp"
#include "setup.hpp"
#include "stored_run.hpp"
#include "trainer/trainer.hpp"

namespace pegbox {

/// Brings together what a study runs with: scheduler, trainer, plug-ins, progress and, where it is kept, its storage.
class StudyRun {
 public:
  /// `pruner` and `stored` may be null.
  StudyRun(const Setup& setup, Plan& plan, Trainer& trainer, Strategy& strategy, const Pruner* pruner,
           StoredRun* stored);

  /// Writes what happens for TensorBoard too. The log outlives the run.
  void log_to(TensorboardLog& log) { log_ = &log; }

  /// Runs the study to its end, or until `stop`. Throws `StoreError` where the storage failed on the way: what was
  /// shown as ended is kept, and the study can be run again.
  Outcome outcome(Progress::Style style, const std::atomic<bool>& stop);

  /// Why the run was stopped, where a device was lost in it.
  std::optional<std::string> lost_device() const { return devices_.lost(); }

 private:
  Outcome run(Recording& recording, const std::atomic<bool>& stop);
  void test_best(Outcome& outcome, Recording& recording);
  Outcome run_and_keep(Recording& recording, const std::atomic<bool>& stop);
  void give_up(const std::string& fault);

  const Setup& setup_;
  Plan& plan_;
  Trainer& trainer_;
  Strategy& strategy_;
  const Pruner* pruner_;
  StoredRun* stored_;
  TensorboardLog* log_ = nullptr;

  DeviceWatch devices_;
  std::mutex mutex_;
  std::optional<std::string> fault_;  ///< of the storage
};

}  // namespace pegbox

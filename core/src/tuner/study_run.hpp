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

/// Brings together what a study runs with: scheduler, trainer, plug-ins, listener and, where it is kept, its storage.
class StudyRun {
 public:
  /// `pruner` and `stored` may be null. Setting `stop` ends the study after the running epochs; it is set too where a
  /// device or the storage fails. All outlive the run.
  StudyRun(const Setup& setup, Plan& plan, Trainer& trainer, Strategy& strategy, const Pruner* pruner,
           StoredRun* stored, std::atomic<bool>& stop);

  /// Writes what happens for TensorBoard too. The log outlives the run.
  void log_to(TensorboardLog& log) { log_ = &log; }

  /// Runs the study to its end, or until it is stopped. Throws `StoreError` where the storage failed on the way: what
  /// was told as ended is kept, and the study can be run again.
  Outcome outcome(StudyListener& listener);

  /// Why the run was stopped, where a device was lost in it.
  std::optional<std::string> lost_device() const { return devices_.lost(); }

 private:
  Outcome run(Recording& recording);
  void test_best(Outcome& outcome, Recording& recording);
  Outcome run_and_keep(Recording& recording);
  void give_up(const std::string& fault);

  const Setup& setup_;
  Plan& plan_;
  Trainer& trainer_;
  Strategy& strategy_;
  const Pruner* pruner_;
  StoredRun* stored_;
  std::atomic<bool>& stop_;
  TensorboardLog* log_ = nullptr;

  DeviceWatch devices_;
  std::mutex mutex_;
  std::optional<std::string> fault_;  ///< of the storage
};

}  // namespace pegbox

#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "catalog/catalog.hpp"
#include "scheduler/scheduler.hpp"
#include "setup.hpp"
#include "stored_run.hpp"
#include "study_listener.hpp"
#include "study_run.hpp"
#include "tensorboard/tensorboard_log.hpp"
#include "trainer/trainer.hpp"

namespace pegbox {

/// What a study is tuned with besides what it says itself.
struct TuningChoice {
  using MakeTrainer = std::function<std::unique_ptr<Trainer>(const Setup& setup, CheckpointPlan checkpoints)>;

  MakeTrainer trainer;  ///< empty: that of the study's model, from the trainer's library
  Acceptance acceptance = {};
  std::function<void(const std::string& text)> note;  ///< what the user should know before the study runs
};

/// A study that is ready to run, for the host and for programs that use the library: all that it names is found and
/// checked, and where it is kept it is begun, and held against other processes.
class Tuning {
 public:
  /// `catalog` outlives it. Throws `StudyError`, `PluginError`, `StoreError` or `DeviceError`; what cannot be used is
  /// found before anything is written.
  Tuning(Setup setup, const Catalog& catalog, const TuningChoice& choice);

  const Setup& setup() const { return setup_; }
  const Plan& plan() const { return plan_; }
  const TrainerSummary& summary() const { return summary_; }

  /// What the strategy has to say of the study.
  const std::string& choice() const { return choice_; }

  /// Where the study is kept, or null.
  const StoredRun* stored() const { return stored_ ? &*stored_ : nullptr; }

  /// What is written for TensorBoard, or null.
  const TensorboardLog* log() const { return log_ ? &*log_ : nullptr; }

  /// Where a crash of this process is to be noted; empty where the study is not kept.
  std::filesystem::path crash_note() const;

  /// Runs the study to its end, once. Setting `stop` ends it after the running epochs; it is set too where a device or
  /// the storage fails. Throws `StoreError` as `StudyRun` does.
  Outcome run(StudyListener& listener, std::atomic<bool>& stop);

  /// Why the run was stopped, where a device was lost in it. What lies on that device cannot be freed, and the attempt
  /// may end the process: this object must not be destroyed.
  const std::optional<std::string>& lost_device() const { return lost_device_; }

 private:
  Setup setup_;
  std::optional<StoredRun> stored_;
  std::unique_ptr<Trainer> trainer_;
  TrainerSummary summary_;
  Plan plan_;
  std::unique_ptr<Strategy> strategy_;
  std::string choice_;
  std::unique_ptr<Pruner> pruner_;
  std::optional<TensorboardLog> log_;
  std::optional<std::string> lost_device_;
};

}  // namespace pegbox

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pegbox/model_plugin.hpp>
#include <pegbox/trial.hpp>

#include "data/table.hpp"

namespace pegbox {

/// What a study trains: a model on data, on a device.
struct TrainerPlan {
  const ModelPlugin* model = nullptr;
  Settings model_settings;
  const Table* data = nullptr;  ///< null: the model brings its own
  double validation = 0.2;      ///< part of the data that is held out, where the data has no such part
  std::uint64_t seed = 0;       ///< of the split
  std::string device = "auto";  ///< auto, cpu, cuda or cuda:N
};

/// What the trainer found, for the user and for the default objective.
struct TrainerSummary {
  bool classification = true;
  std::int64_t train_rows = 0;
  std::int64_t validation_rows = 0;
  std::int64_t outputs = 0;
  std::string device;
};

/// Trains trials of one study. Thread-safe for different trials. Keeps the networks of trials between legs, until they
/// are released. The same trial gives the same bits on any number of threads (on the CPU).
class Trainer {
 public:
  virtual ~Trainer() = default;

  virtual TrainerSummary summary() const = 0;

  /// Trains from the epoch that the trial has reached up to `trial.until`, or until `on_report`, called after each
  /// epoch, says no. Throws `std::runtime_error` where training fails.
  virtual void run(const Trial& trial, const std::function<bool(const Report&)>& on_report) = 0;

  /// Keeps a network for the trial `copy` that has the weights of the kept trial `source`.
  virtual void fork(const Trial& source, const Trial& copy) = 0;

  /// Forgets the network of a trial, if one is kept.
  virtual void release(int trial) noexcept = 0;
};

/// What the trainer's library exports as `pegbox_trainer`.
struct TrainerEntry {
  /// Throws `StudyError` for data or a device that cannot be used.
  std::unique_ptr<Trainer> (*create)(const TrainerPlan& plan);

  /// One line for each device, for `pegbox doctor`.
  std::vector<std::string> (*devices)();
};

}  // namespace pegbox

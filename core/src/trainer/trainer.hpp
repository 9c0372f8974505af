#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/model_plugin.hpp>
#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

#include "contract/contract_check.hpp"
#include "data/table.hpp"

namespace pegbox {

/// Where and when the networks of a study are written down, so that a killed study goes on.
struct CheckpointPlan {
  std::filesystem::path folder;  ///< made where it is missing; empty: none are written
  std::string study;             ///< token of the study: a checkpoint of another one is not used
  Budget every_epochs = 0;       ///< epochs between the checkpoints of a trial that runs; 0: not by epochs
  double every_seconds = 60;     ///< the same by time; 0: not by time
  std::int64_t paused_bytes = std::int64_t{1} << 30;  ///< memory for the networks of paused trials; above it those are
                                                      ///< freed that are in a checkpoint; only with a folder

  /// One sentence: a checkpoint cannot be written; the trial itself goes on. Called from any thread.
  std::function<void(const std::string&)> on_fault = {};
  /// One sentence: a torn checkpoint was found, a trial is trained again. Called from any thread.
  std::function<void(const std::string&)> on_note = {};
};

/// What a study trains: a model on data, on a device.
struct TrainerPlan {
  const ModelPlugin* model = nullptr;
  Settings model_settings;
  const Table* data = nullptr;  ///< null: the model brings its own
  double validation = 0.2;      ///< part of the data that is held out, where the data has no such part
  int folds = 1;                ///< above 1: cross-validation, a trial is so many fits
  int repeats = 1;              ///< each with rows divided anew
  double test = 0;              ///< part of the data that no trial sees
  std::uint64_t seed = 0;       ///< of the division
  std::string device = "auto";  ///< auto, cpu, cuda, cuda:N or all
  int per_device = 1;           ///< trials at once on one GPU
  std::optional<std::int64_t> trial_memory = {};  ///< bytes that one trial may need on the processor
  Budget epochs = 1;                              ///< the largest budget of a trial
  SearchSpace space;                              ///< the study's, to refuse what the data cannot have
  std::optional<Objective> objective;             ///< what the best epoch is best in; none: by the task
  CheckpointPlan checkpoints;
};

/// What the trainer found, for the user and for the default objective.
struct TrainerSummary {
  bool classification = true;
  std::int64_t train_rows = 0;       ///< of the first fit
  std::int64_t validation_rows = 0;  ///< of the first fit
  std::int64_t test_rows = 0;
  std::int64_t fits = 1;  ///< of each trial
  std::int64_t outputs = 0;
  std::string device;              ///< `cpu`, or the GPUs: `cuda:0, cuda:1`
  std::optional<int> places = {};  ///< most trials at once on the devices together; nothing: without limit
};

/// What was trained on all rows, for a program without pegbox, and how its inputs and outputs are to be taken.
struct Product {
  /// Numbers of one input: x × scale + shift, and `fill` for a missing number; one for each column of a list, or each
  /// channel of a sequence or an image. Without any they are taken as they are.
  struct Input {
    std::vector<std::int64_t> shape;  ///< of one row
    std::vector<double> scale, shift, fill;
  };

  std::string bytes;  ///< an archive for `torch::load`; of a model that trains itself the state that it saves
  std::int64_t rows = 0;
  Metrics metrics;  ///< of the trained network on the rows that it learned from; of a loop those of its last report
  std::vector<Input> inputs;
  std::int64_t outputs = 0;
  std::vector<std::string> classes;               ///< names of the outputs, where they are classes
  std::vector<double> target_scale, target_mean;  ///< a target is output × scale + mean; empty: the output itself
};

/// Trains trials of one study. Thread-safe for different trials. Keeps the networks of trials between legs, in memory
/// or in a checkpoint `FOLDER/NUMBER.checkpoint`, until they are forgotten; it leaves the files behind when it ends.
/// The same trial gives the same bits on any number of threads (on the CPU), and whether its network was kept, comes
/// from a checkpoint or is trained again.
class Trainer {
 public:
  virtual ~Trainer() = default;

  virtual TrainerSummary summary() const = 0;

  /// Trains from the epoch that the trial has reached up to `trial.until`, or until `on_report`, called after each
  /// epoch, says no. A network that is not in memory comes from the trial's checkpoint, and what that lacks is trained
  /// again without reports. Throws `std::runtime_error` where training fails.
  virtual void run(const Trial& trial, const std::function<bool(const Report&)>& on_report) = 0;

  /// What the trial's checkpoint holds beyond `trial.epochs()`, up to `trial.until`; the network is then in memory at
  /// the last of these epochs, and `run` with these reports in the trial goes on from there. Empty where there is no
  /// such checkpoint, or it cannot be used: torn, or of another study, seed or hyperparameters.
  virtual std::vector<Report> recover(const Trial& trial) = 0;

  /// Writes the trial's network down as it is in memory, if it is there at `trial.epochs()`; then frees the memory of
  /// kept networks above `paused_bytes`, longest kept first. Does nothing without a folder.
  virtual void save(const Trial& trial) = 0;

  /// The trial `copy` begins with the weights that the trial `source` has now, after `source.epochs()` epochs. The
  /// source does not run meanwhile. They are copied at once where they are at hand, else when the copy needs them; the
  /// source is then trained again where it must be. Throws `std::runtime_error` where the two differ in shape.
  virtual void fork(const Trial& source, const Trial& copy) = 0;

  /// Measures the trial, as it was trained, on the rows that were held out for testing: the mean over its fits. Empty
  /// where there are none. A network that is not in memory is made again as in `run`.
  virtual Metrics test(const Trial& trial) = 0;

  /// Trains the trial's hyperparameters from the beginning for `trial.until` epochs on all rows, those held out
  /// included. `on_report` as for `run`; where it says no, the product is not whole.
  virtual Product produce(const Trial& trial, const std::function<bool(const Report&)>& on_report) = 0;

  /// Forgets all of a trial: its network, whose weights it began with, its checkpoint. Copies of it go on.
  virtual void forget(int trial) noexcept = 0;

  /// Frees the memory of a trial's network; its checkpoint stays.
  virtual void unload(int trial) noexcept = 0;
};

/// What the trainer's library exports as `pegbox_trainer`.
struct TrainerEntry {
  /// Throws `StudyError` for data or a device that cannot be used.
  std::unique_ptr<Trainer> (*create)(const TrainerPlan& plan);

  /// One line for each device, for `pegbox doctor`.
  std::vector<std::string> (*devices)();

  /// What every model must do, for `pegbox plugins check`.
  std::vector<ModelCheck> (*contract)(const ModelPlugin& plugin);
};

}  // namespace pegbox

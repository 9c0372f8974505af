#pragma once

#include <functional>
#include <memory>

#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include "trainer.hpp"

namespace pegbox {

/// What is kept of a trial between two epochs, random streams included.
class TrialState {
 public:
  TrialState() = default;
  virtual ~TrialState() = default;
  TrialState(const TrialState&) = delete;
  TrialState& operator=(const TrialState&) = delete;

  Budget epoch = 0;  ///< epochs that it has trained

  /// Memory that it takes.
  virtual std::int64_t bytes() const = 0;

  /// Writes all but `epoch`.
  virtual void save(torch::serialize::OutputArchive& archive) const = 0;

  /// Reads what `save` wrote, into a state that was just begun for the same trial. Throws some `std::exception` where
  /// it does not fit; the state is then of no use.
  virtual void load(torch::serialize::InputArchive& archive) = 0;

  /// Frees what is not needed while the trial does not run.
  virtual void rest() {}
};

/// How the trials of a study are trained. Const, called from several threads at once, each state from one at a time.
class Engine {
 public:
  using OnReport = std::function<bool(const Report&)>;

  virtual ~Engine() = default;

  virtual TrainerSummary summary() const = 0;

  /// The trial at its beginning.
  virtual std::unique_ptr<TrialState> begin(const Trial& trial) const = 0;

  /// Trains from `state.epoch` + 1 to `trial.until`, or until `on_report`, called after each epoch, says no. Inside of
  /// it `state` is at the reported epoch and may be saved. A trial that ends early of itself makes no report when it
  /// is run again.
  virtual void run(const Trial& trial, TrialState& state, const OnReport& on_report) const = 0;

  /// Gives `target`, at its beginning, the weights of another trial. Throws `std::runtime_error` where they differ in
  /// shape.
  virtual void copy(const TrialState& source, TrialState& target) const = 0;

  /// Measures the trial on the rows that were held out for testing; empty where there are none.
  virtual Metrics test(const Trial& trial, TrialState& state) const = 0;

  /// As `Trainer::produce`.
  virtual Product produce(const Trial& trial, const OnReport& on_report) const = 0;
};

}  // namespace pegbox

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "checkpoint_folder.hpp"
#include "engine.hpp"
#include "lineages.hpp"

namespace pegbox {

/// Makes the states of trials that are not in memory: from their checkpoints, or by training again.
class Rebuilder {
 public:
  using OnNote = std::function<void(const std::string&)>;

  /// Engine and folder must outlive it.
  Rebuilder(const Engine& engine, const CheckpointFolder& folder, OnNote on_note);

  /// The trial at `trial.epochs()`: its checkpoint where that is there, else trained on to there from an earlier one,
  /// or from the start, which for a copy (`lineage`) are the weights of its source, rebuilt the same way.
  std::shared_ptr<TrialState> rebuild(const Trial& trial, const std::shared_ptr<const Lineage>& lineage) const;

  /// The trial at its beginning, with the weights of `source`.
  std::shared_ptr<TrialState> copy(const TrialState& source, const Trial& trial) const;

  /// The trial as its checkpoint has it, or null with the reason in `fault`, as `CheckpointFolder::Found` has it.
  std::shared_ptr<TrialState> restored(CheckpointFolder::Found& found, const Trial& trial) const;

  /// Says that the trial's checkpoint cannot be used, unless there is none.
  void note_unused(const Trial& trial, const std::string& fault) const;

 private:
  std::shared_ptr<TrialState> begun(const Trial& trial, const std::shared_ptr<const Lineage>& lineage) const;
  void train_again(const Trial& trial, const std::string& fault, TrialState& state) const;
  void note(const std::string& sentence) const;

  const Engine& engine_;
  const CheckpointFolder& folder_;
  OnNote on_note_;
};

}  // namespace pegbox

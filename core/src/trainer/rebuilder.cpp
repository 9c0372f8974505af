#include "rebuilder.hpp"

#include <stdexcept>
#include <utility>

namespace pegbox {
namespace {

std::string name_of(const Trial& trial) { return "trial " + std::to_string(trial.number); }

/// Nothing that a file could hold is needed.
bool begins_afresh(const Trial& trial, const std::shared_ptr<const Lineage>& lineage) {
  return trial.epochs() == 0 && lineage == nullptr && !trial.from;
}

}  // namespace

Rebuilder::Rebuilder(const Engine& engine, const CheckpointFolder& folder, OnNote on_note)
    : engine_(engine), folder_(folder), on_note_(std::move(on_note)) {}

std::shared_ptr<TrialState> Rebuilder::rebuild(const Trial& trial,
                                               const std::shared_ptr<const Lineage>& lineage) const {
  if (begins_afresh(trial, lineage)) return engine_.begin(trial);
  CheckpointFolder::Found found = folder_.read(trial);
  std::string fault = found.fault.empty() ? "is missing" : found.fault;
  std::shared_ptr<TrialState> state;
  if (found.checkpoint) {
    fault = "is of epoch " + std::to_string(found.checkpoint->epoch());
    if (found.checkpoint->epoch() <= trial.epochs()) state = restored(found, trial);
    if (!found.fault.empty()) fault = found.fault;
  }
  if (trial.epochs() == 0) note_unused(trial, found.fault);
  if (state == nullptr) state = begun(trial, lineage);
  if (state->epoch < trial.epochs()) train_again(trial, fault, *state);
  return state;
}

std::shared_ptr<TrialState> Rebuilder::copy(const TrialState& source, const Trial& trial) const {
  std::shared_ptr<TrialState> state = engine_.begin(trial);
  engine_.copy(source, *state);
  return state;
}

std::shared_ptr<TrialState> Rebuilder::restored(CheckpointFolder::Found& found, const Trial& trial) const {
  std::shared_ptr<TrialState> state = engine_.begin(trial);
  try {
    found.checkpoint->restore(*state);
    return state;
  } catch (const std::exception&) {
    found.fault = "does not fit the network that the model builds";
    return nullptr;
  }
}

void Rebuilder::note_unused(const Trial& trial, const std::string& fault) const {
  if (!fault.empty()) note("the checkpoint of " + name_of(trial) + " is not used: it " + fault);
}

std::shared_ptr<TrialState> Rebuilder::begun(const Trial& trial, const std::shared_ptr<const Lineage>& lineage) const {
  if (lineage != nullptr) return copy(*rebuild(lineage->source, lineage->before), trial);
  if (!trial.from) return engine_.begin(trial);
  throw std::runtime_error(name_of(trial) + " began with the weights of trial " + std::to_string(*trial.from) +
                           ", which are no longer known");
}

void Rebuilder::train_again(const Trial& trial, const std::string& fault, TrialState& state) const {
  note(name_of(trial) + " is trained again from epoch " + std::to_string(state.epoch + 1) + " to epoch " +
       std::to_string(trial.epochs()) + ": its checkpoint " + fault);
  Trial again = trial;
  again.until = trial.epochs();
  engine_.run(again, state, [](const Report& /*report*/) { return true; });
}

void Rebuilder::note(const std::string& sentence) const {
  if (on_note_) on_note_(sentence);
}

}  // namespace pegbox

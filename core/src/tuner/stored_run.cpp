#include "stored_run.hpp"

#include <algorithm>
#include <utility>

#include <pegbox/error.hpp>

namespace pegbox {
namespace {

Mover mover_of(Origin origin) {
  switch (origin) {
    case Origin::first:
      return Mover::study;
    case Origin::asked:
      return Mover::strategy;
    case Origin::queued:
      return Mover::queue;
    case Origin::elsewhere:
      break;
  }
  return Mover::elsewhere;
}

bool ended(State state) { return state != State::running && state != State::waiting; }

/// The point with what can have one value only, which other programs need not say.
Params with_fixed(Params params, const SearchSpace& space) {
  for (const std::size_t index : space.dependency_order()) {
    const Parameter& parameter = space[index];
    if (params.has(parameter.name)) {
      params.set(parameter.name, conform(parameter.domain, params.at(parameter.name)));
    } else if (cardinality(parameter.domain) == 1 && space.active(index, params)) {
      params.set(parameter.name, space.initial(index));
    }
  }
  return params;
}

bool same_directions(const std::vector<Objective>& a, const std::vector<Objective>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Objective& one, const Objective& other) { return one.maximize == other.maximize; });
}

}  // namespace

StoredRun::StoredRun(const Setup& setup, Tell note)
    : file_(setup.study.run.storage),
      run_(setup.study.run),
      space_(setup.space),
      listener_{[](const std::string& /*text*/) {}, std::move(note)} {
  if (const auto network = network_file_system(file_)) {
    listener_.note("warning: " + file_.string() + " is on a network file system (" + *network +
                   "), where databases get damaged when several machines write; keep it on a local disk");
  }
  storage_ = connect();
  found_ = storage_->find(setup.study.name);
  if (found_ && !found_->definition.empty()) definition_ = Json::parse(found_->definition);
  token_ = found_ && !found_->token.empty() ? found_->token : new_token();
}

void StoredRun::complete(const Setup& setup, Plan& plan) const {
  if (definition_.is_null()) return;
  if (!setup.study.trials && definition_["trials"].is_number()) plan.trials = definition_["trials"].get<int>();
  if (!setup.study.window) plan.window = definition_["window"].get<int>();
}

void StoredRun::begin(const Setup& setup, const Plan& plan, const Acceptance& acceptance) {
  const Json now = definition_of(setup, plan);
  study_ = found_ ? *found_ : storage_->create({setup.study.name, plan.objectives, now.dump(), token_});
  if (!found_) definition_ = now;
  lock_ = std::make_unique<StudyLock>(file_, study_);
  check(now, plan, acceptance);
  put_down_crash();
  storage_->adopt(study_);
  past_moves_ = storage_->moves(study_);
}

std::unique_ptr<Storage> StoredRun::connect() const {
  StorageAccess access;
  access.create = true;
  access.busy_timeout = run_.busy_timeout;
  access.on_wait = [file = file_.string(), note = listener_.note] {
    note("waiting for " + file + ", which another program has locked");
  };
  return open_storage(file_, access);
}

void StoredRun::check(const Json& now, const Plan& plan, const Acceptance& acceptance) {
  const std::string named = "study '" + study_.name + "' in " + file_.string();
  if (definition_.is_null()) {
    if (!same_directions(study_.objectives, plan.objectives)) {
      throw StudyError(named + " was made by another program with other directions than the objectives here");
    }
    study_ = storage_->redefine(study_, {study_.name, plan.objectives, now.dump(), token_}, "continued by pegbox");
    return;
  }
  const auto found = differences(definition_, now);
  if (found.empty()) return;
  const bool acceptable = std::all_of(found.begin(), found.end(), [](const Difference& one) { return one.acceptable; });
  if (!acceptable || !acceptance.changes) {
    throw StudyError(named + " is not the one described here:" + listed(found) +
                     (acceptable ? "\nSay " + acceptance.accept + " to go on with it so, or " + acceptance.rename
                                 : "\nGo back to what it was, or say " + acceptance.rename) +
                     " to begin another");
  }
  listener_.note(named + " goes on with these changes:" + listed(found));
  study_ = storage_->redefine(study_, {study_.name, plan.objectives, now.dump(), token_}, listed(found));
}

std::optional<Trial> StoredRun::best() const {
  auto best = storage_->best(study_);
  return best ? std::optional(std::move(best->trial)) : std::nullopt;
}

std::filesystem::path StoredRun::crash_note() const { return side_folder(file_) / ("crash-" + study_.token); }

void StoredRun::put_down_crash() {
  const auto note = read_crash_note(crash_note());
  if (!note) return;
  const std::string where = note->where.empty() ? "somewhere" : "in " + note->where;
  for (const int trial : note->trials) {
    const std::string error = "crashed pegbox: " + note->what + ' ' + where;
    storage_->fail(study_, trial, error);
    const auto kept = storage_->trial(study_, trial);
    if (!kept || kept->trial.state != State::failed) doomed_.emplace(trial, error);
    listener_.note("the last run crashed in trial " + std::to_string(trial) + " (" + note->what + ' ' + where +
                   "): the trial counts as failed, and the study goes on");
  }
  if (note->trials.empty()) listener_.note("the last run crashed: " + note->what + ' ' + where);
  std::filesystem::remove(crash_note());
}

PastMove StoredRun::past_move(StoredMove stored) const {
  PastMove past{std::move(stored.trial), stored.told, mover_of(stored.origin), false, stored.ended_elsewhere};
  if (past.mover != Mover::elsewhere || !ended(past.trial.state)) return past;
  past.trial.params = with_fixed(std::move(past.trial.params), space_);
  if (const auto why = space_.fault(past.trial.params)) {
    past.misfit = true;
    listener_.note("trial " + std::to_string(past.trial.number) +
                   ", which another program ran, is not told to the strategy: " + *why);
  }
  return past;
}

/// Another program may have put anything into the queue: what does not fit the space is left out, as what is not said.
Params StoredRun::queued_point(const Trial& queued) const {
  const auto left_out = [&](const std::string& name, const std::string& why) {
    listener_.note("'" + name + "' of trial " + std::to_string(queued.number) + " in the queue is not used: " + why);
  };
  Params point;
  for (const std::size_t index : space_.dependency_order()) {
    if (!space_.active(index, point)) continue;
    const std::string& name = space_[index].name;
    const Domain& domain = space_[index].domain;
    point.set(name, space_.initial(index));
    if (!queued.params.has(name)) continue;
    const Value value = conform(domain, queued.params.at(name));
    if (const auto why = misfit(domain, value)) {
      left_out(name, *why);
    } else {
      point.set(name, value);
    }
  }
  for (const auto& [name, value] : queued.params) {
    if (point.has(name)) continue;
    left_out(name, space_.find(name) ? "it is not active where the others have these values"
                                     : "there is no such hyperparameter");
  }
  return point;
}

void StoredRun::recall(Plan& plan, Recorder& recorder) {
  plan.history = [this, index = 0]() mutable -> std::optional<PastMove> {
    auto stored = storage_->move(study_, index++);
    if (!stored) return {};
    return past_move(std::move(*stored));
  };
  plan.queue.waiting = [&recorder] { return recorder.waiting(); };
  plan.queue.claim = [this, &recorder] {
    auto trial = recorder.claim();
    if (trial) trial->params = queued_point(*trial);
    return trial;
  };
}

CheckpointPlan StoredRun::checkpoints() {
  CheckpointPlan plan;
  plan.folder = side_folder(file_) / ("checkpoints-" + token_);
  plan.study = token_;
  plan.every_epochs = run_.checkpoint_epochs;
  plan.every_seconds = run_.checkpoint_interval;
  plan.paused_bytes = run_.paused_memory;
  plan.on_fault = [this](const std::string& text) { listener_.fault(text); };
  plan.on_note = [this](const std::string& text) { listener_.note(text); };
  return plan;
}

std::unique_ptr<Recorder> StoredRun::record() {
  return std::make_unique<Recorder>(connect(), study_, space_, Recorder::Callbacks{listener_.fault, listener_.note});
}

}  // namespace pegbox

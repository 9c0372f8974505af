#include "stored_study.hpp"

#include <iostream>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>

#include "described_study.hpp"
#include "store/study_lock.hpp"
#include "study/document.hpp"
#include "study/run_choice.hpp"
#include "usage_error.hpp"

namespace pegbox {
namespace {

struct Named {
  std::string study;
  RunChoice run;
};

/// Without a study file the options name a storage and a study, and need not describe a study whole.
Named named(const Options& options) {
  if (!options.arguments.empty()) {
    Study study = described_study(options);
    return {std::move(study.name), std::move(study.run)};
  }
  Node root;
  for (const auto& [path, yaml, place] : options.changes) assign(root, path, yaml, place);
  Named result;
  if (const Node* study = root.find("study")) result.study = text({"study", *study});
  if (const Node* run = root.find("run")) result.run = read_run({"run", *run}, {});
  return result;
}

std::vector<std::string> names_of(const std::vector<StoredStudy>& studies) {
  std::vector<std::string> names;
  for (const StoredStudy& study : studies) names.push_back(study.name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + '\'';
  return text;
}

StoreError not_readable(const StoredStudy& study, const std::exception& error) {
  return StoreError("the definition of study '" + study.name + "' cannot be read: " + error.what() +
                    "; 'pegbox storage check' says more");
}

}  // namespace

OpenStore open_store(const Options& options) {
  auto [study, run] = named(options);
  if (run.storage.empty()) {
    throw UsageError(options.arguments.empty()
                         ? "which storage? Give the study file, or --storage FILE"
                         : options.arguments.front() +
                               " names no storage; add run: {storage: FILE}, or give --storage FILE");
  }
  StorageAccess access;
  access.busy_timeout = run.busy_timeout;
  access.on_wait = [file = run.storage.string()] {
    std::cerr << file << " is locked by another program; waiting for it\n";
  };
  auto storage = open_storage(run.storage, access);
  return {std::move(run.storage), std::move(study), std::move(storage)};
}

StoredStudy chosen_study(const OpenStore& store) {
  if (!store.name.empty()) {
    if (auto study = store.storage->find(store.name)) return *std::move(study);
    throw StudyError("there is no study '" + store.name + "' in " + store.file.string() +
                     suggestion(store.name, names_of(store.storage->studies())));
  }
  auto studies = store.storage->studies();
  if (studies.size() == 1) return std::move(studies.front());
  if (studies.empty()) throw StudyError("there is no study in " + store.file.string());
  throw UsageError("there are several studies in " + store.file.string() + ": " + listed(names_of(studies)) +
                   "; say which by --study NAME");
}

StoredTrial StoredView::shown(StoredTrial trial) const {
  // What another program runs has no lock of ours.
  const bool idle = !host && !study.definition.empty();
  if (idle && trial.trial.state == State::running) trial.trial.state = State::paused;
  return trial;
}

std::vector<StoredTrial> StoredView::trials() const {
  auto trials = store.storage->trials(study);
  for (StoredTrial& trial : trials) trial = shown(std::move(trial));
  return trials;
}

std::deque<Trial> StoredView::plain_trials() const {
  std::deque<Trial> plain;
  for (StoredTrial& trial : trials()) plain.push_back(std::move(trial.trial));
  return plain;
}

std::map<State, int> StoredView::counts() const {
  std::map<State, int> counts;
  for (const State state :
       {State::complete, State::pruned, State::failed, State::running, State::waiting, State::paused}) {
    counts[state] = 0;
  }
  for (const auto& [state, count] : store.storage->counts(study)) {
    StoredTrial one;
    one.trial.state = state;
    counts[shown(one).trial.state] += count;
  }
  return counts;
}

StoredView view_of(const OpenStore& store, StoredStudy study) {
  auto host = study_holder(store.file, study);
  return {store, std::move(study), std::move(host)};
}

StoredView chosen_view(const Options& options) {
  const OpenStore store = open_store(options);
  return view_of(store, chosen_study(store));
}

Json stored_definition(const StoredStudy& study) {
  if (study.definition.empty()) return nullptr;
  try {
    return Json::parse(study.definition);
  } catch (const Json::exception& error) {
    throw not_readable(study, error);
  }
}

SearchSpace stored_space(const StoredStudy& study) {
  const Json definition = stored_definition(study);
  if (definition.is_null()) return {};
  try {
    return space_from(definition.at("space"));
  } catch (const Json::exception& error) {
    throw not_readable(study, error);
  } catch (const StudyError& error) {
    throw not_readable(study, error);
  }
}

std::string iso_time(std::string time) {
  if (time.empty()) return time;
  if (const std::size_t space = time.find(' '); space != std::string::npos) time[space] = 'T';
  return time + 'Z';
}

}  // namespace pegbox

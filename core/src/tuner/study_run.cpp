#include "study_run.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include "best_keeper.hpp"
#include "best_trial.hpp"
#include "watched.hpp"

namespace pegbox {
namespace {

using Doomed = std::map<int, std::string>;

std::string trained_by(const Setup& setup) {
  return setup.model ? site_text(setup.model->file) : "the function of the program";
}

/// What is doomed fails before anything is done for it.
Runner runner_of(Trainer& trainer, BestKeeper& keeper, DeviceWatch& devices, const std::string& model,
                 const Doomed& doomed) {
  return {[&, model](const Trial& trial, const OnReport& on_report) {
            const CrashSite site(trial.number, model);
            devices.watch(trial.number, [&] { trainer.run(trial, on_report); });
          },
          [&, model](const Trial& trial) {
            if (const auto why = doomed.find(trial.number); why != doomed.end()) throw std::runtime_error(why->second);
            const CrashSite site(trial.number, model);
            return devices.watch(trial.number, [&] { return trainer.recover(trial); });
          },
          [&](const Trial& trial) { devices.try_to(trial.number, [&] { trainer.save(trial); }); },
          [&, model](const Trial& source, const Trial& copy) {
            if (doomed.contains(copy.number)) return;
            const CrashSite site(copy.number, model);
            devices.try_to(copy.number, [&] { trainer.fork(source, copy); });
          },
          [&](const Trial& trial) { keeper.ended(trial); }};
}

}  // namespace

StudyRun::StudyRun(const Setup& setup, Plan& plan, Trainer& trainer, Strategy& strategy, const Pruner* pruner,
                   StoredRun* stored, std::atomic<bool>& stop)
    : setup_(setup),
      plan_(plan),
      trainer_(trainer),
      strategy_(strategy),
      pruner_(pruner),
      stored_(stored),
      stop_(stop),
      devices_(stop) {}

void StudyRun::give_up(const std::string& fault) {
  {
    const std::lock_guard lock(mutex_);
    if (!fault_) fault_ = fault;
  }
  stop_ = true;
}

Outcome StudyRun::run(Recording& recording) {
  WatchedStrategy strategy(strategy_, setup_.strategy.file);
  std::optional<WatchedPruner> pruner;
  if (pruner_ != nullptr) pruner.emplace(*pruner_, setup_.pruner->file);
  BestKeeper keeper(trainer_, plan_.objectives.front());
  if (stored_ != nullptr) {
    if (const auto best = stored_->best()) keeper.recall(*best);
  }
  const Doomed doomed = stored_ != nullptr ? stored_->doomed() : Doomed{};
  Outcome outcome = run_study(plan_, strategy, pruner ? &*pruner : nullptr,
                              runner_of(trainer_, keeper, devices_, trained_by(setup_), doomed), recording, stop_);
  if (outcome.ending != Ending::interrupted) test_best(outcome, recording);
  return outcome;
}

/// Once for each trial that ever is the best when a run ends.
void StudyRun::test_best(Outcome& outcome, Recording& recording) {
  if (trainer_.summary().test_rows == 0) return;
  const Trial* best = best_trial(outcome.trials, plan_.objectives.front());
  if (best == nullptr) return;
  Trial& trial = outcome.trials[static_cast<std::size_t>(best->number)];
  Metrics& metrics = trial.reports.back().metrics;
  const auto first = metrics.lower_bound(kTested);
  if (first != metrics.end() && first->first.starts_with(kTested)) return;
  const CrashSite site(trial.number, trained_by(setup_));
  Metrics tested;
  for (const auto& [name, value] : trainer_.test(trial)) tested[std::string(kTested) + name] = value;
  metrics.insert(tested.begin(), tested.end());
  recording.tested(trial, tested);
}

Outcome StudyRun::run_and_keep(Recording& recording) {
  stored_->report_to(
      {[this](const std::string& fault) { give_up(fault); }, [&](const std::string& text) { recording.note(text); }});
  const auto recorder = stored_->record();
  recording.keep_in(*recorder);
  stored_->recall(plan_, *recorder);
  Outcome outcome = run(recording);
  recorder->record(RunEnded{to_string(outcome.ending)});
  recorder->flush();
  if (fault_) throw StoreError(*fault_);
  return outcome;
}

Outcome StudyRun::outcome(StudyListener& listener) {
  Recording recording(listener);
  if (log_ != nullptr) {
    log_->report_to([&](const std::string& fault) { recording.note(fault); });
    recording.log_to(*log_);
  }
  return stored_ == nullptr ? run(recording) : run_and_keep(recording);
}

}  // namespace pegbox

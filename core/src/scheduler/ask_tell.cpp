#include "ask_tell.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <pegbox/error.hpp>

#include "measured_values.hpp"

namespace pegbox {
namespace {

void fail(Trial& trial, const std::string& error) {
  trial.state = State::failed;
  trial.error = error.empty() ? "failed without a message" : error;
  trial.values.clear();
}

/// The point in the space's own types. A client that tells a result knows where it was.
Params whole_point(const SearchSpace& space, const Params& given) {
  Params point;
  try {
    point = space.complete(given);
  } catch (const StudyError& error) {
    throw ClientMistake(error.what());
  }
  for (const std::size_t index : space.dependency_order()) {
    const std::string& name = space[index].name;
    if (given.has(name) || !point.has(name)) continue;
    throw ClientMistake("hyperparameter '" + name + "' has no value in the point that is told");
  }
  return point;
}

}  // namespace

std::variant<const Trial*, Wait, Done> AskTell::ask() {
  if (!done_ && ledger_.full() && !may_resume()) done_ = true;
  if (done_) return Done{};
  if (most_open_ && open_.size() >= static_cast<std::size_t>(*most_open_)) return Wait{};
  if (next_first_ < plan_.first.size()) {
    if (ledger_.full() || ledger_.exceeds(plan_.epochs)) return no_room();
    return open(ledger_.trials().emplace_back(ledger_.draft(plan_.first[next_first_++])), plan_.epochs);
  }
  const Move move = ledger_.ask();
  if (const auto* go = std::get_if<Start>(&move)) {
    if (ledger_.full() || ledger_.exceeds(go->until)) return no_room();
    Trial& trial = ledger_.trials().emplace_back(ledger_.draft(go->params));
    trial.from = go->from;
    return open(trial, go->until);
  }
  if (const auto* go = std::get_if<Resume>(&move)) {
    Trial& trial = ledger_.paused(go->trial);
    return ledger_.exceeds(go->until - trial.epochs()) ? no_room() : open(trial, go->until);
  }
  if (std::holds_alternative<Wait>(move)) return Wait{};
  done_ = true;
  return Done{};
}

const Trial* AskTell::open(Trial& trial, Budget until) {
  trial.state = State::running;
  trial.until = until;
  ledger_.under_way().push_back(trial.number);
  const Open& open = open_.emplace(trial.number, Open{trial, ledger_.told().size(), moves_++}).first->second;
  observer_->begun(open.trial);
  return &open.trial;
}

/// What is open may make the strategy resume a trial, or leave epochs.
std::variant<const Trial*, Wait, Done> AskTell::no_room() {
  if (!open_.empty()) return Wait{};
  done_ = true;
  return Done{};
}

bool AskTell::may_resume() {
  return std::ranges::any_of(ledger_.trials(), [&](const Trial& trial) {
    return trial.state == State::paused || (trial.state == State::running && trial.until < plan_.epochs);
  });
}

AskTell::Open& AskTell::opened(int number) {
  if (const auto found = open_.find(number); found != open_.end()) return found->second;
  const auto& trials = ledger_.trials();
  if (trials.empty()) throw ClientMistake("there is no " + named(number) + ": none has been asked for");
  if (number < 0 || static_cast<std::size_t>(number) >= trials.size()) {
    throw ClientMistake("there is no " + named(number) + "; the last is " + named(trials.back().number));
  }
  const State state = trials[static_cast<std::size_t>(number)].state;
  const std::string why = state == State::paused ? "it goes on when it is asked for again" : "it has been told already";
  throw ClientMistake(named(number) + " is " + std::string(to_string(state)) + ": " + why);
}

Report AskTell::report_of(Budget epoch, const std::vector<double>& values) const {
  Report report{epoch, {}};
  for (std::size_t i = 0; i < values.size(); ++i) report.metrics.emplace(plan_.objectives[i].metric, values[i]);
  return report;
}

const Trial& AskTell::report(int trial, Budget epoch, const std::vector<double>& values) {
  Open& open = opened(trial);
  if (epoch <= open.trial.epochs()) {
    throw ClientMistake("step " + std::to_string(epoch) + " of " + named(trial) + " is no later than step " +
                        std::to_string(open.trial.epochs()) + ", which it has reached");
  }
  if (epoch > open.trial.until) {
    throw ClientMistake("step " + std::to_string(epoch) + " of " + named(trial) + " is beyond step " +
                        std::to_string(open.trial.until) + ", until which it was asked for");
  }
  try {
    if (goes_on(open, report_of(epoch, values))) return open.trial;
    open.trial.state = State::pruned;
  } catch (const std::exception& error) {
    fail(open.trial, error.what());
  } catch (...) {
    fail(open.trial, "the pruner threw something that is not an exception");
  }
  ended_at_report_.insert(trial);
  return close(trial);
}

/// Throws what fails the trial.
bool AskTell::goes_on(Open& open, const Report& report) const {
  Trial& trial = open.trial;
  trial.values = measured_values(plan_.objectives, report);
  trial.reports.push_back(report);
  observer_->reported(trial, report);
  if (pruner_ == nullptr || report.epoch >= trial.until) return true;
  return pruner_->keep(trial, std::span(ledger_.told()).first(open.told));
}

const Trial& AskTell::tell(int trial, const Result& result) {
  if (ended_at_report_.contains(trial)) return ledger_.trials()[static_cast<std::size_t>(trial)];
  Trial& told = opened(trial).trial;
  finish(told, result);
  show_told(told, result);
  return close(trial);
}

void AskTell::show_told(const Trial& trial, const Result& result) {
  if (result.values.empty() || trial.state == State::failed) return;
  observer_->reported(trial, trial.reports.back());
}

/// Says how the trial ended, or throws `ClientMistake` before anything is changed.
void AskTell::finish(Trial& trial, const Result& result) const {
  if (result.state == State::failed) return fail(trial, result.error);
  if (result.state == State::pruned) {
    trial.state = State::pruned;
    return;
  }
  const bool reported = trial.epochs() == trial.until;
  if (result.values.empty() && !reported) {
    throw ClientMistake(named(trial.number) + " has no value: it has reported up to step " +
                        std::to_string(trial.epochs()) + " of " + std::to_string(trial.until));
  }
  if (!result.values.empty()) {
    if (reported) trial.reports.pop_back();
    trial.reports.push_back(report_of(trial.until, result.values));
  }
  try {
    trial.values = measured_values(plan_.objectives, trial.reports.back());
    trial.state = trial.until < plan_.epochs ? State::paused : State::complete;
  } catch (const std::exception& error) {
    trial.reports.pop_back();
    fail(trial, error.what());
  }
}

/// Takes the trial out of the client's hands and tells the strategy.
const Trial& AskTell::close(int number) {
  std::erase(ledger_.under_way(), number);
  Trial& trial = ledger_.trials()[static_cast<std::size_t>(number)];
  Open open = std::move(open_.extract(number).mapped());
  trial = std::move(open.trial);
  observer_->stopped(trial, open.move);
  ledger_.tell(trial);
  return trial;
}

const Trial& AskTell::add(const Params& params, const Result& result) {
  Trial trial = ledger_.draft(whole_point(plan_.space, params));
  trial.until = plan_.epochs;
  const Trial begun = trial;
  finish(trial, result);
  Trial& added = ledger_.trials().emplace_back(std::move(trial));
  observer_->begun(begun);
  show_told(added, result);
  observer_->stopped(added, moves_++);
  ledger_.tell(added);
  return added;
}

}  // namespace pegbox

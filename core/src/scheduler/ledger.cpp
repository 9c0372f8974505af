#include "ledger.hpp"

#include <string>
#include <utility>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

/// Runs the strategy's code.
template <class Call>
auto foreign(const Call& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    throw StrategyFault(std::string("threw: ") + exception.what());
  } catch (...) {
    throw StrategyFault("threw something that is not an exception");
  }
}

/// Of a trial that has ended nobody asks for more, and a study may have very many.
void keep_last_report(Trial& trial) {
  if (trial.reports.empty()) return;
  std::vector<Report> last;
  last.push_back(std::move(trial.reports.back()));
  trial.reports = std::move(last);
}

}  // namespace

Move Ledger::ask() {
  std::vector<const Trial*> running;
  for (const int number : under_way_) running.push_back(&trials_[static_cast<std::size_t>(number)]);
  Move move = foreign([&] { return strategy_.ask({static_cast<int>(trials_.size()), running}); });
  if (const auto* go = std::get_if<Start>(&move)) judge(*go);
  if (const auto* go = std::get_if<Resume>(&move)) check_until(go->until, paused(go->trial).epochs());
  if (std::holds_alternative<Wait>(move) && running.empty()) {
    throw StrategyFault("waits, but no trial is running");
  }
  return move;
}

void Ledger::judge(const Start& move) {
  if (const auto why = plan_.space.fault(move.params)) throw StrategyFault("started a trial where " + *why);
  check_until(move.until, 0);
  if (move.from) paused(*move.from);
}

void Ledger::check_until(Budget until, Budget reached) const {
  if (until > reached && until <= plan_.epochs) return;
  throw StrategyFault("asked for training until epoch " + std::to_string(until) + "; it must be in " +
                      std::to_string(reached + 1) + ".." + std::to_string(plan_.epochs));
}

Trial& Ledger::paused(int number) {
  if (number < 0 || static_cast<std::size_t>(number) >= trials_.size()) {
    throw StrategyFault("named " + named(number) + ", which does not exist");
  }
  Trial& trial = trials_[static_cast<std::size_t>(number)];
  if (trial.state == State::paused) return trial;
  throw StrategyFault("named " + named(number) + ", which is " + std::string(to_string(trial.state)) + ", not paused");
}

void Ledger::tell(Trial& trial) {
  if (for_pruner_) told_.push_back(&remembered_.emplace_back(trial));
  foreign([&] { strategy_.tell(trial); });
  if (trial.state != State::paused) keep_last_report(trial);
}

Trial Ledger::draft(const Params& params) const {
  Trial trial;
  trial.number = static_cast<int>(trials_.size());
  trial.params = params;
  trial.seed = trial_seed(plan_.seed, trial.number);
  return trial;
}

bool Ledger::full() const { return plan_.trials && trials_.size() >= static_cast<std::size_t>(*plan_.trials); }

bool Ledger::exceeds(Budget more) const {
  if (!plan_.total_epochs) return false;
  Budget planned = more;
  for (const Trial& trial : trials_) planned += trial.state == State::running ? trial.until : trial.epochs();
  return planned > *plan_.total_epochs;
}

}  // namespace pegbox

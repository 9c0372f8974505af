#include "simulated_study.hpp"

#include <algorithm>
#include <exception>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

std::string list(const Params& params) {
  std::string text;
  for (const auto& [name, value] : params) text += " " + name + "=" + to_string(value);
  return text;
}

/// Up to which epoch a leg that begins with `first` trains; before `first`: it makes no report.
Budget last_epoch(Fate fate, Budget first, Budget until) {
  switch (fate) {
    case Fate::reaches:
      return until;
    case Fate::completed_elsewhere:
      return first;
    case Fate::breaks:
    case Fate::pruned_elsewhere:
      return first - 1;
    default:
      return std::max(first, (first + until) / 2);
  }
}

}  // namespace

std::string describe(const Move& move) {
  if (const auto* start = std::get_if<Start>(&move)) {
    const std::string from = start->from ? " from " + std::to_string(*start->from) : "";
    return "start" + list(start->params) + " until " + std::to_string(start->until) + from;
  }
  if (const auto* resume = std::get_if<Resume>(&move)) {
    return "resume " + std::to_string(resume->trial) + " until " + std::to_string(resume->until);
  }
  return std::holds_alternative<Wait>(move) ? "wait" : "done";
}

SimulatedStudy::SimulatedStudy(StrategyContext context, std::function<Fate(int)> fate, std::map<int, Params> foreign,
                               Telling telling)
    : context_(std::move(context)), fate_(std::move(fate)), foreign_(std::move(foreign)), telling_(telling) {}

std::string SimulatedStudy::step(Strategy& strategy) {
  if (done_) return "done";
  try {
    while (static_cast<int>(flying_.size()) >= context_.window) tell(strategy);
    const auto foreign = foreign_.find(static_cast<int>(trials_.size()));
    const Move move = foreign == foreign_.end() ? ask(strategy) : Move(Start{foreign->second, context_.epochs});
    if (no_room(move)) {
      done_ = true;
      return "done";
    }
    check(move);
    moves_.push_back(describe(move));
    dispatch(move);
    while (done_ && !flying_.empty()) tell(strategy);
  } catch (const std::exception& error) {
    return fail(std::string("threw: ") + error.what());
  } catch (...) {
    return fail("threw something that is not an exception");
  }
  return moves_.back();
}

std::string SimulatedStudy::fail(const std::string& text) {
  fault(text);
  done_ = true;
  return "done";
}

void SimulatedStudy::run(Strategy& strategy, int moves) {
  for (int i = 0; i < moves && !done_; ++i) step(strategy);
}

Move SimulatedStudy::ask(Strategy& strategy) {
  while (true) {
    std::vector<Trial> running;
    for (const int number : flying_) {
      const Trial& trial = trials_.at(number);
      running.push_back({number, State::running, trial.params, trial.seed, trial.until, trial.from, {}, {}, 0, {}});
    }
    std::vector<const Trial*> pointers;
    for (const Trial& trial : running) pointers.push_back(&trial);
    const Turn turn = {static_cast<int>(trials_.size()), pointers};
    Move move = strategy.ask(turn);
    if (const Move again = strategy.ask(turn); describe(again) != describe(move)) {
      fault("asked twice in a row it said '" + describe(move) + "', then '" + describe(again) + "'");
    }
    if ((!std::holds_alternative<Wait>(move) && !no_room(move)) || flying_.empty()) return move;
    tell(strategy);
  }
}

bool SimulatedStudy::no_room(const Move& move) const {
  return std::holds_alternative<Start>(move) && context_.trials > 0 &&
         static_cast<int>(trials_.size()) >= context_.trials;
}

void SimulatedStudy::tell(Strategy& strategy) {
  if (telling_ == Telling::shuffled) {
    Random random(context_.seed, static_cast<std::int64_t>(told_.size()), "telling");
    std::swap(flying_.front(), flying_[random.below(flying_.size())]);
  }
  Trial& trial = trials_.at(flying_.front());
  flying_.pop_front();
  train(trial);
  told_.push_back(trial);
  strategy.tell(trial);
}

/// The nearer a point is to a place of each objective's own, the better, and the longer it trains.
void SimulatedStudy::train(Trial& trial) const {
  const Fate fate = fate_ ? fate_(trial.number) : Fate::reaches;
  const Budget first = trial.epochs() + 1;
  const Budget last = last_epoch(fate, first, trial.until);
  const std::vector<double> point = context_.space.encode(trial.params);
  for (Budget epoch = first; epoch <= last; ++epoch) {
    Report report = {epoch, {}};
    double best = 0.3;
    trial.values.clear();
    for (const Objective& objective : context_.objectives) {
      double loss = 1 / static_cast<double>(epoch);
      for (const double place : point) loss += std::isnan(place) ? 0.1 : (place - best) * (place - best);
      if (loss_) loss = loss_(trial.params, epoch);
      trial.values.push_back(objective.cost(loss));
      report.metrics[objective.metric] = trial.values.back();
      best += 0.4;
    }
    trial.reports.push_back(std::move(report));
  }
  end(trial, fate);
}

void SimulatedStudy::end(Trial& trial, Fate fate) const {
  switch (fate) {
    case Fate::reaches:
      trial.state = trial.until < context_.epochs ? State::paused : State::complete;
      return;
    case Fate::pruned:
      trial.state = State::pruned;
      return;
    case Fate::fails:  // as where training measures no number
      for (auto& [metric, value] : trial.reports.back().metrics) value = NAN;
      [[fallthrough]];
    case Fate::breaks:
      trial.state = State::failed;
      trial.values.clear();
      trial.error = "made to fail";
      return;
    case Fate::completed_elsewhere:
    case Fate::pruned_elsewhere:
      trial.state = fate == Fate::pruned_elsewhere ? State::pruned : State::complete;
      trial.until = trial.epochs();
  }
}

void SimulatedStudy::check(const Move& move) {
  const auto within = [&](Budget until, Budget reached) {
    if (until > reached && until <= context_.epochs) return;
    fault(describe(move) + ": a budget between " + std::to_string(reached + 1) + " and " +
          std::to_string(context_.epochs) + " is allowed");
  };
  if (const auto* start = std::get_if<Start>(&move)) {
    if (const auto why = context_.space.fault(start->params)) fault(*why);
    if (start->from && !paused(*start->from)) fault(describe(move) + ": that trial is not paused");
    within(start->until, 0);
  }
  if (const auto* resume = std::get_if<Resume>(&move)) {
    if (!paused(resume->trial)) {
      fault(describe(move) + ": that trial is not paused");
      done_ = true;
      return;
    }
    within(resume->until, trials_.at(resume->trial).epochs());
  }
  if (std::holds_alternative<Wait>(move)) fault("waits while nothing runs");
}

void SimulatedStudy::dispatch(const Move& move) {
  if (const auto* start = std::get_if<Start>(&move)) {
    const auto number = static_cast<int>(trials_.size());
    trials_[number] = {
        number, State::running, start->params, trial_seed(context_.seed, number), start->until, start->from, {}, {}, 0,
        {}};
    flying_.push_back(number);
    return;
  }
  if (const auto* resume = std::get_if<Resume>(&move); resume != nullptr && !done_) {
    trials_.at(resume->trial).state = State::running;
    trials_.at(resume->trial).until = resume->until;
    flying_.push_back(resume->trial);
    return;
  }
  done_ = true;
}

bool SimulatedStudy::paused(int trial) const {
  const auto found = trials_.find(trial);
  return found != trials_.end() && found->second.state == State::paused;
}

void SimulatedStudy::fault(const std::string& text) {
  faults_.push_back("move " + std::to_string(moves_.size()) + ": " + text);
}

}  // namespace pegbox

#include "scheduler.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include <pegbox/random.hpp>

#include "workers.hpp"

namespace pegbox {
namespace {

/// What the strategy did wrong.
class StrategyFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string named(int trial) { return "trial " + std::to_string(trial); }

class Scheduler {
 public:
  Scheduler(const Plan& plan, Strategy& strategy, const Pruner* pruner, const Runner& runner, Observer& observer,
            const std::atomic<bool>& stop)
      : plan_(plan),
        strategy_(strategy),
        runner_(runner),
        observer_(observer),
        stop_(stop),
        deadline_(deadline(plan)),
        has_pruner_(pruner != nullptr),
        workers_(plan.jobs, LegContext{&plan, pruner, &runner, &stop, deadline_}) {}

  Outcome run() {
    try {
      while (!over()) step();
    } catch (const StrategyFault& fault) {
      end(Ending::strategy_fault);
      fault_ = fault.what();
    }
    while (!under_way_.empty()) drain();
    return close();
  }

 private:
  static std::optional<std::chrono::steady_clock::time_point> deadline(const Plan& plan) {
    if (!plan.timeout) return {};
    using Ticks = std::chrono::steady_clock::duration;
    return std::chrono::steady_clock::now() + std::chrono::duration_cast<Ticks>(*plan.timeout);
  }

  /// Whether no more moves are made.
  bool over() {
    if (ending_) return true;
    if (stop_.load()) {
      end(Ending::interrupted);
    } else if (deadline_ && std::chrono::steady_clock::now() >= *deadline_) {
      end(Ending::timeout);
    }
    return ending_.has_value();
  }

  void end(Ending ending) { ending_ = ending; }

  /// One move, or, where none can be made, one result told.
  void step() {
    if (under_way_.size() >= window()) return tell_next();
    if (next_first_ < plan_.first.size()) {
      if (full() || exceeds(plan_.epochs)) return no_room();
      return start({plan_.first[next_first_++], plan_.epochs, {}});
    }
    const Move move = asked();
    if (const auto* go = std::get_if<Start>(&move)) return full() || exceeds(go->until) ? no_room() : start(*go);
    if (const auto* go = std::get_if<Resume>(&move)) return resume(*go);
    if (std::holds_alternative<Done>(move)) return end(Ending::strategy_done);
    if (under_way_.empty()) throw StrategyFault("waits, but no trial is running");
    tell_next();
  }

  std::size_t window() const {
    return static_cast<std::size_t>(plan_.order == Order::dispatch ? plan_.window : plan_.jobs);
  }

  bool full() const { return plan_.trials && trials_.size() >= static_cast<std::size_t>(*plan_.trials); }

  bool exceeds(Budget more) const {
    if (!plan_.total_epochs) return false;
    Budget planned = more;
    for (const Trial& trial : trials_) planned += trial.state == State::running ? trial.until : trial.epochs();
    return planned > *plan_.total_epochs;
  }

  /// The study has no room for another trial or stretch; what runs may make the strategy resume one, or leave epochs.
  void no_room() {
    if (under_way_.empty()) return end(full() ? Ending::trials : Ending::total_epochs);
    tell_next();
  }

  Move asked() {
    std::vector<const Trial*> running;
    for (const int number : under_way_) running.push_back(&trials_[static_cast<std::size_t>(number)]);
    return foreign([&] { return strategy_.ask({static_cast<int>(trials_.size()), running}); });
  }

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

  void start(const Start& move) {
    if (const auto why = plan_.space.fault(move.params)) throw StrategyFault("started a trial where " + *why);
    check_until(move.until, 0);
    Trial trial;
    trial.number = static_cast<int>(trials_.size());
    trial.params = move.params;
    trial.seed = trial_seed(plan_.seed, trial.number);
    trial.from = move.from;
    if (move.from) runner_.fork(paused(*move.from), trial);
    trials_.push_back(std::move(trial));
    dispatch(trials_.back(), move.until);
  }

  void resume(const Resume& move) {
    Trial& trial = paused(move.trial);
    check_until(move.until, trial.epochs());
    if (exceeds(move.until - trial.epochs())) return no_room();
    dispatch(trial, move.until);
  }

  void check_until(Budget until, Budget reached) const {
    if (until > reached && until <= plan_.epochs) return;
    throw StrategyFault("asked for training until epoch " + std::to_string(until) + "; it must be in " +
                        std::to_string(reached + 1) + ".." + std::to_string(plan_.epochs));
  }

  Trial& paused(int number) {
    if (number < 0 || static_cast<std::size_t>(number) >= trials_.size()) {
      throw StrategyFault("named " + named(number) + ", which does not exist");
    }
    Trial& trial = trials_[static_cast<std::size_t>(number)];
    if (trial.state == State::paused) return trial;
    throw StrategyFault("named " + named(number) + ", which is " + std::string(to_string(trial.state)) +
                        ", not paused");
  }

  void dispatch(Trial& trial, Budget until) {
    trial.state = State::running;
    trial.until = until;
    under_way_.push_back(trial.number);
    auto leg = std::make_unique<Leg>();
    leg->trial = trial;
    if (has_pruner_) leg->told = told_pointers_;
    workers_.give(std::move(leg));
  }

  void tell_next() {
    tell(next_stopped());
    if (failures_ >= plan_.max_failures) end(Ending::failures);
  }

  /// The next trial to be told, once it has stopped.
  int next_stopped() {
    const auto ready = [&] {
      if (plan_.order == Order::arrival) {
        return std::find_if(under_way_.begin(), under_way_.end(), [&](int n) { return stopped_.contains(n); });
      }
      return stopped_.contains(under_way_.front()) ? under_way_.begin() : under_way_.end();
    };
    auto found = ready();
    while (found == under_way_.end()) {
      receive();
      found = ready();
    }
    const int number = *found;
    under_way_.erase(found);
    return number;
  }

  void receive() {
    Message message = workers_.next();
    Trial& trial = trials_[static_cast<std::size_t>(message.trial)];
    if (message.kind == Message::Kind::begun) return observer_.begun(trial);
    if (message.kind == Message::Kind::reported) return observer_.reported(trial, message.report);
    const Trial& result = stopped_.insert_or_assign(message.trial, std::move(message.leg->trial)).first->second;
    if (result.state != State::running) observer_.stopped(result);
  }

  void tell(int number) {
    Trial& trial = take(number);
    if (trial.state == State::running) return;  // cut short: the strategy has nothing to learn from it
    failures_ = trial.state == State::failed ? failures_ + 1 : 0;
    if (has_pruner_) {
      told_.push_back(trial);
      told_pointers_.push_back(&told_.back());
    }
    foreign([&] { strategy_.tell(trial); });
  }

  Trial& take(int number) {
    const auto found = stopped_.find(number);
    Trial& trial = trials_[static_cast<std::size_t>(number)];
    trial = std::move(found->second);
    stopped_.erase(found);
    return trial;
  }

  /// After the last move: what is under way is recorded, and told unless the strategy is at fault.
  void drain() {
    const int number = next_stopped();
    if (ending_ == Ending::strategy_fault) {
      take(number);
      return;
    }
    try {
      tell(number);
    } catch (const StrategyFault& fault) {
      ending_ = Ending::strategy_fault;
      fault_ = fault.what();
    }
  }

  Outcome close() {
    const State unfinished = ending_ == Ending::interrupted ? State::paused : State::pruned;
    for (Trial& trial : trials_) {
      if (trial.state != State::running && trial.state != State::paused) continue;
      runner_.release(trial.number);
      trial.state = trial.reports.empty() ? State::waiting : unfinished;
    }
    // Trials that were cut off before they began are the last ones, but for a race of two workers with the clock.
    while (!trials_.empty() && trials_.back().state == State::waiting) trials_.pop_back();
    return {std::move(trials_), *ending_, fault_};
  }

  const Plan& plan_;
  Strategy& strategy_;
  const Runner& runner_;
  Observer& observer_;
  const std::atomic<bool>& stop_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  bool has_pruner_;

  std::deque<Trial> trials_;      ///< by number; the record of a running one is as of its move
  std::vector<int> under_way_;    ///< dispatched and not yet told, in the order of dispatch
  std::map<int, Trial> stopped_;  ///< results that wait for their turn to be told
  std::deque<Trial> told_;        ///< as told, in that order; addresses stay
  std::vector<const Trial*> told_pointers_;
  std::size_t next_first_ = 0;
  int failures_ = 0;
  std::optional<Ending> ending_;
  std::string fault_;
  Workers workers_;  ///< last: joined before anything that they use goes
};

}  // namespace

Outcome run_study(const Plan& plan, Strategy& strategy, const Pruner* pruner, const Runner& runner, Observer& observer,
                  const std::atomic<bool>& stop) {
  return Scheduler(plan, strategy, pruner, runner, observer, stop).run();
}

}  // namespace pegbox

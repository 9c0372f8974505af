#include "scheduler.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include <pegbox/random.hpp>

#include "ledger.hpp"
#include "workers.hpp"

namespace pegbox {
namespace {

class Scheduler {
 public:
  Scheduler(const Plan& plan, Strategy& strategy, const Pruner* pruner, const Runner& runner, Observer& observer,
            const std::atomic<bool>& stop)
      : plan_(plan),
        ledger_(plan, strategy, pruner != nullptr),
        runner_(runner),
        observer_(observer),
        stop_(stop),
        deadline_(deadline(plan)),
        has_pruner_(pruner != nullptr),
        workers_(plan.jobs, LegContext{&plan, pruner, &runner, &stop, deadline_}) {}

  Outcome run() {
    try {
      recall();
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

  /// Makes the moves of earlier runs again, without asking anybody: their results are told in the same order, and what
  /// was cut short is dispatched again.
  void recall() {
    if (!plan_.history) return;
    while (auto past = plan_.history()) recall(*past);
    // The user ran the study again though it had ended so.
    if (failures_ >= plan_.max_failures) failures_ = 0;
  }

  void recall(PastMove& past) {
    Trial& trial = slot(past.trial.number);
    const bool waits = past.trial.state == State::waiting;
    const bool over = past.trial.state != State::running && !waits;
    if (waits || (past.mover == Mover::elsewhere && !over)) {
      trial = std::move(past.trial);
      elsewhere_.insert(trial.number);
      return;
    }
    if (past.misfit) {
      ++moves_;
      trial = std::move(past.trial);
      elsewhere_.insert(trial.number);
      return;
    }
    while (told_ < past.told && !under_way_.empty()) tell(next_stopped());
    if (past.mover == Mover::study) ++next_first_;
    if (past.ended_elsewhere) ended_elsewhere_.insert(trial.number);
    const int move = moves_++;
    if (trial.reports.empty()) begin_again(trial, past.trial);
    trial.state = State::running;
    trial.until = past.trial.until;
    if (!over) return give(trial, move);
    under_way_.push_back(trial.number);
    observer_.recalled(past.trial);
    stopped_.insert_or_assign(trial.number, std::move(past.trial));
  }

  void begin_again(Trial& trial, const Trial& past) {
    trial.params = past.params;
    trial.seed = past.seed;
    trial.from = past.from;
    if (trial.from) fork(trial);
  }

  /// The record of a trial by its number, with those before it.
  Trial& slot(int number) {
    while (trials_.size() <= static_cast<std::size_t>(number)) {
      trials_.emplace_back();
      trials_.back().number = static_cast<int>(trials_.size()) - 1;
    }
    return trials_[static_cast<std::size_t>(number)];
  }

  /// One move, or, where none can be made, one result told.
  void step() {
    if (under_way_.size() >= window()) return tell_next();
    if (started_from_queue()) return;
    if (next_first_ < plan_.first.size()) {
      if (ledger_.full() || ledger_.exceeds(plan_.epochs)) return no_room();
      return start({plan_.first[next_first_++], plan_.epochs, {}}, Mover::study);
    }
    const Move move = ledger_.ask();
    if (const auto* go = std::get_if<Start>(&move))
      return ledger_.full() || ledger_.exceeds(go->until) ? no_room() : start(*go, Mover::strategy);
    if (const auto* go = std::get_if<Resume>(&move)) return resume(*go);
    if (std::holds_alternative<Done>(move)) return end(Ending::strategy_done);
    tell_next();
  }

  /// A point of the queue is tried even where the study is full: somebody asked for it by name.
  bool started_from_queue() {
    if (!plan_.queue.waiting || !plan_.queue.waiting()) return false;
    const auto claimed = plan_.queue.claim();
    if (!claimed) return false;
    elsewhere_.erase(claimed->number);
    Trial& trial = slot(claimed->number);
    trial.params = claimed->params;
    trial.seed = trial_seed(plan_.seed, trial.number);
    dispatch(trial, plan_.epochs, Mover::queue);
    return true;
  }

  std::size_t window() const {
    return static_cast<std::size_t>(plan_.order == Order::dispatch ? plan_.window : plan_.jobs);
  }

  /// The study has no room for another trial or stretch; what runs may make the strategy resume one, or leave epochs.
  void no_room() {
    if (under_way_.empty()) return end(ledger_.full() ? Ending::trials : Ending::total_epochs);
    tell_next();
  }

  void start(const Start& move, Mover mover) {
    Trial trial = ledger_.draft(move.params);
    trial.from = move.from;
    if (move.from) fork(trial);
    trials_.push_back(std::move(trial));
    dispatch(trials_.back(), move.until, mover);
  }

  void fork(const Trial& copy) {
    const Trial& source = ledger_.paused(*copy.from);
    try {
      runner_.fork(source, copy);
    } catch (const std::exception& exception) {
      throw StrategyFault("asked for a copy of trial " + std::to_string(source.number) +
                          ", which cannot be made: " + exception.what());
    }
  }

  void resume(const Resume& move) {
    Trial& trial = ledger_.paused(move.trial);
    if (ledger_.exceeds(move.until - trial.epochs())) return no_room();
    dispatch(trial, move.until, Mover::strategy);
  }

  void dispatch(Trial& trial, Budget until, Mover mover) {
    trial.state = State::running;
    trial.until = until;
    const int move = moves_++;
    observer_.moved(trial, {move, told_, mover});
    give(trial, move);
  }

  void give(const Trial& trial, int move) {
    under_way_.push_back(trial.number);
    auto leg = std::make_unique<Leg>();
    leg->move = move;
    leg->trial = trial;
    if (has_pruner_) leg->told = ledger_.told();
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
    if (result.state != State::running) observer_.stopped(result, message.leg->move);
  }

  void tell(int number) {
    Trial& trial = take(number);
    if (trial.state == State::running) return cut_short();
    count_failure(trial);
    ++told_;
    ledger_.tell(trial);
  }

  /// The strategy has nothing to learn from a trial that was cut short. A strategy that was done waited for it, so the
  /// study is not over.
  void cut_short() {
    if (ending_ == Ending::strategy_done) end(stop_.load() ? Ending::interrupted : Ending::timeout);
  }

  void count_failure(const Trial& trial) {
    if (trial.state != State::failed) {
      failures_ = 0;
    } else if (!ended_elsewhere_.contains(trial.number)) {
      ++failures_;
    }
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
    const bool over = ending_ == Ending::strategy_done || ending_ == Ending::trials || ending_ == Ending::total_epochs;
    for (Trial& trial : trials_) {
      if (elsewhere_.contains(trial.number)) continue;
      if (trial.state == State::running) trial.state = trial.reports.empty() ? State::waiting : State::paused;
      if (trial.state == State::paused && over) close(trial);
    }
    // Trials that were cut off before they began are the last ones, but for a race of two workers with the clock.
    while (!trials_.empty() && trials_.back().state == State::waiting) trials_.pop_back();
    return {std::move(trials_), *ending_, fault_};
  }

  void close(Trial& trial) {
    trial.state = State::pruned;
    runner_.release(trial);
    observer_.closed(trial);
  }

  const Plan& plan_;
  Ledger ledger_;
  std::deque<Trial>& trials_ = ledger_.trials();  ///< the record of a running one is as of its move
  std::vector<int>& under_way_ = ledger_.under_way();
  const Runner& runner_;
  Observer& observer_;
  const std::atomic<bool>& stop_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  bool has_pruner_;

  std::map<int, Trial> stopped_;  ///< results that wait for their turn to be told
  std::set<int> elsewhere_;       ///< trials that other programs run, or that wait
  std::set<int> ended_elsewhere_;
  int moves_ = 0;
  int told_ = 0;
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

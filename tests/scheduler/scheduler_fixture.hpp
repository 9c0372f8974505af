#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "scheduler/scheduler.hpp"

namespace pegbox {

inline const SearchSpace kSpace{{"x", Real{0, 1}, 0.5}};

/// Moves and tellings as a log, and a strategy made of a function.
class Scripted : public Strategy {
 public:
  using Ask = std::function<Move(const Turn&, Scripted&)>;

  explicit Scripted(Ask ask) : ask_(std::move(ask)) {}

  Move ask(const Turn& turn) override {
    const Move move = ask_(turn, *this);
    most_running = std::max(most_running, turn.running.size());
    return move;
  }
  void tell(const Trial& trial) override { told.push_back(trial); }

  std::vector<int> told_numbers() const {
    std::vector<int> numbers;
    for (const Trial& trial : told) numbers.push_back(trial.number);
    return numbers;
  }

  std::vector<Trial> told;
  std::size_t most_running = 0;

 private:
  Ask ask_;
};

inline Params point(double x) { return {{"x", x}}; }

inline Scripted::Ask random_points(Budget until) {
  return [until](const Turn& turn, Scripted&) -> Move {
    return Start{point(Random(7, turn.number, "t").uniform()), until};
  };
}

/// A trainer without networks: the loss of trial x after e epochs is x + 1/e. Remembers how it was used.
class FakeTrainer {
 public:
  std::function<void(const Trial&, Budget epoch)> before_epoch = [](const Trial&, Budget) {};
  std::function<double(const Trial&, Budget epoch)> loss = [](const Trial& trial, Budget epoch) {
    return trial.params.get<double>("x") + 1.0 / static_cast<double>(epoch);
  };

  Runner runner() {
    return {[this](const Trial& trial, const OnReport& on_report) { run(trial, on_report); },
            [this](const Trial& trial) { return recover(trial); },
            [this](const Trial& trial) {
              const std::lock_guard lock(mutex_);
              saved[trial.number] = trial.reports;
            },
            [this](const Trial& source, const Trial& copy) { forks.emplace_back(source.number, copy.number); },
            [this](const Trial& trial) {
              const std::lock_guard lock(mutex_);
              released.insert(trial.number);
              saved.erase(trial.number);
            }};
  }

  std::vector<std::pair<int, int>> forks;
  std::map<int, std::vector<Report>> saved;  ///< as a checkpoint has them, by trial
  std::multiset<int> released;
  std::map<int, std::vector<Budget>> epochs;  ///< trained, by trial
  std::vector<int> begun;                     ///< trials in the order in which legs began
  int most_at_once = 0;

 private:
  std::vector<Report> recover(const Trial& trial) {
    const std::lock_guard lock(mutex_);
    std::vector<Report> beyond;
    for (const Report& report : saved[trial.number]) {
      if (report.epoch > trial.epochs() && report.epoch <= trial.until) beyond.push_back(report);
    }
    return beyond;
  }

  void run(const Trial& trial, const OnReport& on_report) {
    {
      const std::lock_guard lock(mutex_);
      most_at_once = std::max(most_at_once, ++at_once_);
      begun.push_back(trial.number);
    }
    try {
      for (Budget epoch = trial.epochs() + 1; epoch <= trial.until; ++epoch) {
        before_epoch(trial, epoch);
        {
          const std::lock_guard lock(mutex_);
          epochs[trial.number].push_back(epoch);
        }
        if (!on_report({epoch, {{"loss", loss(trial, epoch)}}})) break;
      }
    } catch (...) {
      leave();
      throw;
    }
    leave();
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    --at_once_;
  }

  std::mutex mutex_;
  int at_once_ = 0;
};

class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() {
    plan.space = kSpace;
    plan.objectives = {{"loss", false}};
    plan.epochs = 9;
    plan.trials = 20;
    plan.jobs = 3;
    plan.window = 4;
    plan.seed = 11;
  }

  Outcome run(Strategy& strategy, const Pruner* pruner = nullptr) {
    return run_study(plan, strategy, pruner, trainer.runner(), observer, stop);
  }

  Plan plan;
  FakeTrainer trainer;
  Observer observer;
  std::atomic<bool> stop = false;
};

inline std::vector<State> states(const Outcome& outcome) {
  std::vector<State> result;
  for (const Trial& trial : outcome.trials) result.push_back(trial.state);
  return result;
}

/// All of a study but the time it took.
inline std::string digest(const Outcome& outcome) {
  std::string text;
  for (const Trial& trial : outcome.trials) {
    text += std::to_string(trial.number) + ' ' + std::string(to_string(trial.state)) + ' ' + std::to_string(trial.seed);
    for (const auto& [name, value] : trial.params) text += ' ' + name + '=' + to_string(value);
    for (const Report& report : trial.reports) {
      text += ' ' + std::to_string(report.epoch) + ':' + to_string(Value(report.metrics.at("loss")));
    }
    text += ' ' + trial.error + '\n';
  }
  return text;
}

}  // namespace pegbox

#include <cmath>
#include <deque>
#include <memory>
#include <stdexcept>

#include "scheduler_fixture.hpp"

namespace pegbox {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// What a store would have after each change: all moves, and what came of those that ended.
class Journal : public Observer {
 public:
  /// What to do after so many changes, as a crash there would: no later change is kept.
  int most_changes = 1 << 30;
  std::atomic<bool>* stop = nullptr;  ///< set at the last change that is kept

  std::vector<PastMove> moves;
  std::vector<int> recalled_numbers;
  std::vector<int> closed_numbers;

  void recalled(const Trial& trial) override { recalled_numbers.push_back(trial.number); }
  void moved(const Trial& trial, const MoveContext& context) override {
    if (!kept()) return;
    ASSERT_EQ(static_cast<std::size_t>(context.move), moves.size());
    moves.push_back({trial, context.told, context.mover});
  }
  void stopped(const Trial& trial, int move) override {
    if (kept()) moves.at(static_cast<std::size_t>(move)).trial = trial;
  }
  void closed(const Trial& trial) override { closed_numbers.push_back(trial.number); }

  History history() const {
    auto next = std::make_shared<std::size_t>(0);
    return [next, moves = moves]() -> std::optional<PastMove> {
      if (*next == moves.size()) return {};
      return moves[(*next)++];
    };
  }

 private:
  bool kept() {
    if (++changes_ < most_changes) return true;
    if (stop != nullptr) *stop = true;
    return changes_ == most_changes;
  }

  int changes_ = 0;
};

/// Successive halving with copies: trials train to epoch 1, the better of each two go on to 3, of each two of these one
/// to 9, and after each eighth trial one begins with the weights of the best paused one.
class Halving : public Strategy {
 public:
  Move ask(const Turn& turn) override {
    for (const Budget rung : {3, 1}) {
      if (const auto next = promotable(rung, turn.running)) return Resume{*next, rung * 3};
    }
    for (const auto& [number, trial] : trials_) {
      if (turn.number % 8 != 7 || trial.state != State::paused || runs(number, turn.running)) continue;
      return Start{point(trial.params.get<double>("x") / 2), 1, number};
    }
    return Start{point(Random(3, turn.number, "x").uniform()), 1};
  }
  void tell(const Trial& trial) override { trials_[trial.number] = trial; }

 private:
  static bool runs(int number, Trials running) {
    return std::any_of(running.begin(), running.end(), [&](const Trial* one) { return one->number == number; });
  }

  std::optional<int> promotable(Budget rung, Trials running) {
    std::vector<std::pair<double, int>> here;
    std::size_t beyond = 0;
    for (const auto& [number, trial] : trials_) {
      if (trial.state == State::failed) continue;
      if (trial.epochs() > rung || (trial.epochs() == rung && runs(number, running))) {
        ++beyond;
      } else if (trial.epochs() == rung && trial.state == State::paused) {
        here.emplace_back(trial.values[0], number);
      }
    }
    if (here.empty() || (here.size() + beyond) / 2 <= beyond) return {};
    return std::min_element(here.begin(), here.end())->second;
  }

  std::map<int, Trial> trials_;
};

class ResumeTest : public SchedulerTest {
 protected:
  ResumeTest() {
    plan.trials = 24;
    plan.window = 6;
    plan.max_failures = 100;
    plan.first = {point(0.5)};
    trainer.loss = [](const Trial& trial, Budget epoch) {
      const double x = trial.params.get<double>("x");
      return trial.number % 7 == 3 && epoch == 2 ? std::nan("") : x + 1.0 / static_cast<double>(epoch);
    };
  }
};

/// Stops those above the middle of what it has seen at the same epoch.
class Middle : public Pruner {
 public:
  bool keep(const Trial& running, Trials told) const override {
    std::vector<double> others;
    for (const Trial* trial : told) {
      for (const Report& report : trial->reports) {
        if (report.epoch == running.epochs()) others.push_back(report.metrics.at("loss"));
      }
    }
    if (others.size() < 3) return true;
    std::nth_element(others.begin(), others.begin() + static_cast<long>(others.size() / 2), others.end());
    return running.values[0] <= others[others.size() / 2];
  }
};

TEST_F(ResumeTest, ARecalledStudyAsksAndTrainsNothingAgain) {
  Scripted first(random_points(9));
  Journal journal;
  const Outcome whole = run_study(plan, first, nullptr, trainer.runner(), journal, stop);

  trainer.epochs.clear();
  plan.history = journal.history();
  int asked = 0;
  Scripted second([&](const Turn& turn, Scripted&) -> Move {
    ++asked;
    EXPECT_EQ(turn.number, 24);
    return Done{};
  });
  Journal again;
  const Outcome outcome = run_study(plan, second, nullptr, trainer.runner(), again, stop);
  EXPECT_EQ(asked, 1) << "for something to resume, since the study is full";
  EXPECT_EQ(digest(outcome), digest(whole));
  EXPECT_THAT(trainer.epochs, IsEmpty());
  EXPECT_EQ(second.told_numbers(), first.told_numbers());
  EXPECT_THAT(again.recalled_numbers, SizeIs(24));
  EXPECT_THAT(again.moves, IsEmpty()) << "what is recalled is not a move of this run";
}

TEST_F(ResumeTest, ToldTrialsAreTheSameToTheLastReport) {
  Scripted first(random_points(9));
  Journal journal;
  run_study(plan, first, nullptr, trainer.runner(), journal, stop);
  plan.history = journal.history();
  Scripted second([](const Turn&, Scripted&) -> Move { return Done{}; });
  run(second);
  ASSERT_EQ(second.told.size(), first.told.size());
  for (std::size_t i = 0; i < first.told.size(); ++i) {
    const Trial &a = first.told[i], &b = second.told[i];
    EXPECT_EQ(a.params, b.params);
    EXPECT_EQ(a.values, b.values);
    EXPECT_EQ(a.state, b.state);
    ASSERT_EQ(a.reports.size(), b.reports.size());
    for (std::size_t r = 0; r < a.reports.size(); ++r) EXPECT_EQ(a.reports[r].epoch, b.reports[r].epoch);
  }
}

struct Cut {
  bool halving, pruner, checkpoints;
  int jobs;
};

class CutTest : public ResumeTest, public testing::WithParamInterface<Cut> {
 protected:
  Outcome run(Journal& journal) {
    Halving halving;
    Scripted random(random_points(9));
    const Middle middle;
    Strategy& strategy = GetParam().halving ? static_cast<Strategy&>(halving) : random;
    return run_study(plan, strategy, GetParam().pruner ? &middle : nullptr, trainer.runner(), journal, stop);
  }
};

TEST_P(CutTest, AStudyCutAnywhereEndsAsOneThatWasNot) {
  plan.jobs = GetParam().jobs;
  Journal undisturbed;
  const std::string whole = digest(run(undisturbed));
  ASSERT_THAT(whole, HasSubstr("failed"));

  for (int changes = 1; changes < 60; changes += 2) {
    SCOPED_TRACE("cut after " + std::to_string(changes) + " changes");
    trainer.saved.clear();
    Journal cut;
    cut.most_changes = changes;
    cut.stop = &stop;
    plan.history = nullptr;
    run(cut);
    stop = false;
    if (!GetParam().checkpoints) trainer.saved.clear();

    Journal rest;
    rest.moves = cut.moves;
    plan.history = cut.history();
    EXPECT_EQ(digest(run(rest)), whole);
    ASSERT_EQ(rest.moves.size(), undisturbed.moves.size());
    for (std::size_t i = 0; i < rest.moves.size(); ++i) {
      const PastMove &a = rest.moves[i], &b = undisturbed.moves[i];
      EXPECT_EQ(a.trial.number, b.trial.number);
      EXPECT_EQ(a.trial.until, b.trial.until);
      EXPECT_EQ(a.trial.from, b.trial.from);
      EXPECT_EQ(a.trial.state, b.trial.state);
      EXPECT_EQ(a.told, b.told);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cuts, CutTest,
                         testing::Values(Cut{false, false, true, 1}, Cut{false, true, true, 3},
                                         Cut{true, false, true, 3}, Cut{true, true, true, 1}, Cut{true, true, false, 3},
                                         Cut{true, true, true, 4}));

/// A history of these moves.
History history_of(std::deque<PastMove> moves) {
  return [moves = std::move(moves)]() mutable -> std::optional<PastMove> {
    if (moves.empty()) return {};
    PastMove move = std::move(moves.front());
    moves.pop_front();
    return move;
  };
}

/// Trial 0, dispatched and cut before anything was told of it.
Trial cut_trial() {
  Trial trial;
  trial.params = point(0.9);
  trial.state = State::running;
  trial.until = 9;
  return trial;
}

TEST_F(ResumeTest, ARecoveredTrialIsJudgedAgainWhereItWasCut) {
  // Interrupted just after the report at which the pruner would have stopped it.
  plan.history = history_of({{cut_trial(), 0, Mover::strategy}});
  trainer.saved[0] = {{1, {{"loss", 1.9}}}, {2, {{"loss", 1.4}}}};
  class Never : public Pruner {
    bool keep(const Trial& running, Trials) const override { return running.epochs() < 2; }
  } never;
  Scripted strategy([](const Turn&, Scripted&) -> Move { return Done{}; });
  const Outcome outcome = run(strategy, &never);
  EXPECT_EQ(outcome.trials[0].state, State::pruned);
  EXPECT_EQ(outcome.trials[0].epochs(), 2);
  EXPECT_THAT(trainer.epochs[0], IsEmpty());
}

TEST_F(ResumeTest, ACheckpointAtTheEndOfAMoveEndsIt) {
  plan.history = history_of({{cut_trial(), 0, Mover::strategy}});
  for (Budget epoch = 1; epoch <= 9; ++epoch) trainer.saved[0].push_back({epoch, {{"loss", 1.0}}});
  Scripted strategy([](const Turn&, Scripted&) -> Move { return Done{}; });
  EXPECT_EQ(run(strategy).trials[0].state, State::complete);
  EXPECT_THAT(trainer.epochs[0], IsEmpty());
}

TEST_F(ResumeTest, TrialsOfOtherProgramsKeepTheirNumbersAndAreTold) {
  std::deque<PastMove> moves;
  Trial ended;
  ended.number = 0;
  ended.params = point(0.25);
  ended.state = State::complete;
  ended.until = 9;
  ended.reports = {{9, {{"loss", 0.1}}}};
  ended.values = {0.1};
  moves.push_back({ended, 0, Mover::elsewhere});
  Trial running;
  running.number = 1;
  running.state = State::running;
  moves.push_back({running, 0, Mover::elsewhere});
  plan.history = history_of(moves);
  plan.trials = 4;
  plan.first = {};
  trainer.loss = [](const Trial&, Budget) { return 0.5; };
  Scripted strategy(random_points(9));
  Journal journal;
  journal.moves.resize(1);
  const Outcome outcome = run_study(plan, strategy, nullptr, trainer.runner(), journal, stop);
  EXPECT_THAT(strategy.told_numbers(), ElementsAre(0, 2, 3));
  EXPECT_THAT(states(outcome), ElementsAre(State::complete, State::running, State::complete, State::complete));
}

TEST_F(ResumeTest, APointThatWaitedBeforeTheRunIsTriedUnderItsNumber) {
  Trial waiting;
  waiting.state = State::waiting;
  waiting.params = point(0.125);
  plan.history = history_of({{waiting, 0, Mover::queue}});
  bool claimed = false;
  plan.queue.waiting = [&] { return !claimed; };
  plan.queue.claim = [&]() -> std::optional<Trial> {
    claimed = true;
    Trial trial;
    trial.params = point(0.125);
    return trial;
  };
  plan.trials = 2;
  plan.first = {};
  Scripted strategy(random_points(9));
  Journal journal;
  const Outcome outcome = run_study(plan, strategy, nullptr, trainer.runner(), journal, stop);
  EXPECT_THAT(states(outcome), ElementsAre(State::complete, State::complete));
  EXPECT_EQ(outcome.trials[0].params, point(0.125));
  ASSERT_THAT(journal.moves, SizeIs(2));
  EXPECT_EQ(journal.moves[0].mover, Mover::queue);
}

TEST_F(ResumeTest, FailuresElsewhereDoNotCount) {
  std::deque<PastMove> moves;
  for (int i = 0; i < 5; ++i) {
    Trial failed;
    failed.number = i;
    failed.params = point(0.5);
    failed.state = State::failed;
    failed.error = "elsewhere";
    moves.push_back({failed, 0, Mover::elsewhere, false, true});
  }
  plan.history = history_of(moves);
  plan.max_failures = 2;
  plan.trials = 7;
  plan.first = {};
  trainer.loss = [](const Trial&, Budget) { return std::nan(""); };
  Scripted strategy(random_points(9));
  plan.window = 1;
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::failures);
  EXPECT_THAT(outcome.trials, SizeIs(7)) << "two of its own";
}

TEST_F(ResumeTest, AStrangersTrialThatIsNoPointOfTheSpaceIsNotTold) {
  Trial odd;
  odd.state = State::complete;
  odd.params = {{"y", 3.0}};
  plan.history = history_of({{odd, 0, Mover::elsewhere, true}});
  plan.trials = 2;
  plan.first = {};
  Scripted strategy(random_points(9));
  Journal journal;
  journal.moves.resize(1);
  const Outcome outcome = run_study(plan, strategy, nullptr, trainer.runner(), journal, stop);
  EXPECT_THAT(strategy.told_numbers(), ElementsAre(1));
  EXPECT_EQ(outcome.trials[0].params, odd.params);
}

TEST_F(ResumeTest, QueuedPointsGoFirstAndBeyondTheLimit) {
  std::mutex mutex;
  std::map<int, double> queue{{0, 0.125}, {1, 0.25}};
  trainer.before_epoch = [&](const Trial& trial, Budget epoch) {
    const std::lock_guard lock(mutex);
    if (trial.number == 1 && epoch == 1) queue[2] = 0.75;
  };
  plan.queue.waiting = [&] {
    const std::lock_guard lock(mutex);
    return !queue.empty();
  };
  plan.queue.claim = [&]() -> std::optional<Trial> {
    const std::lock_guard lock(mutex);
    Trial trial;
    trial.number = queue.begin()->first;
    trial.params = point(queue.begin()->second);
    queue.erase(queue.begin());
    return trial;
  };
  plan.trials = 2;
  plan.window = 1;
  plan.first = {};
  Scripted strategy(random_points(9));
  Journal journal;
  const Outcome outcome = run_study(plan, strategy, nullptr, trainer.runner(), journal, stop);
  ASSERT_THAT(outcome.trials, SizeIs(3));
  EXPECT_EQ(outcome.trials[0].params, point(0.125));
  EXPECT_EQ(outcome.trials[1].params, point(0.25));
  EXPECT_EQ(outcome.trials[2].params, point(0.75));
  EXPECT_EQ(outcome.trials[2].seed, trial_seed(11, 2));
  for (const PastMove& move : journal.moves) EXPECT_EQ(move.mover, Mover::queue);
}

TEST_F(ResumeTest, PausedTrialsOfAStudyThatIsOverAreClosed) {
  plan.trials = 3;
  Scripted strategy([](const Turn& turn, Scripted&) -> Move { return Start{point(0.1 * turn.number), 3}; });
  plan.first = {};
  Journal journal;
  const Outcome outcome = run_study(plan, strategy, nullptr, trainer.runner(), journal, stop);
  EXPECT_THAT(states(outcome), ElementsAre(State::pruned, State::pruned, State::pruned));
  EXPECT_THAT(journal.closed_numbers, ElementsAre(0, 1, 2));
  EXPECT_THAT(trainer.released, SizeIs(3));
}

TEST_F(ResumeTest, PausedTrialsOfAStudyThatFailedCanGoOn) {
  plan.trials = 3;
  plan.first = {};
  plan.jobs = 1;
  plan.window = 1;
  Scripted strategy([](const Turn& turn, Scripted&) -> Move {
    if (turn.number == 2) return Resume{17, 9};
    return Start{point(0.1), 3};
  });
  Journal journal;
  const Outcome outcome = run_study(plan, strategy, nullptr, trainer.runner(), journal, stop);
  EXPECT_EQ(outcome.ending, Ending::strategy_fault);
  EXPECT_THAT(journal.closed_numbers, IsEmpty());
  EXPECT_THAT(states(outcome), Contains(State::paused));
}

TEST_F(ResumeTest, ACopyThatCannotBeMadeIsTheStrategysFault) {
  plan.first = {};
  plan.window = 1;
  Runner runner = trainer.runner();
  runner.fork = [](const Trial&, const Trial&) { throw std::runtime_error("'weight' has another shape in the copy"); };
  Scripted strategy([](const Turn& turn, Scripted&) -> Move {
    if (turn.number == 0) return Start{point(0.1), 3};
    return Start{point(0.2), 3, 0};
  });
  const Outcome outcome = run_study(plan, strategy, nullptr, runner, observer, stop);
  EXPECT_EQ(outcome.ending, Ending::strategy_fault);
  EXPECT_EQ(outcome.fault, "asked for a copy of trial 0, which cannot be made: 'weight' has another shape in the copy");
}

}  // namespace
}  // namespace pegbox

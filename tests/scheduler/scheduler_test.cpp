#include "scheduler/scheduler.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "scheduler_fixture.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// Differs from run to run, so that results come in in changing orders.
void dawdle(int key) { std::this_thread::sleep_for(std::chrono::microseconds((key * 7919) % 400)); }

TEST_F(SchedulerTest, RunsEachTrialOnceWithinTheLimit) {
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::trials);
  ASSERT_THAT(outcome.trials, SizeIs(20));
  for (int i = 0; i < 20; ++i) {
    const Trial& trial = outcome.trials[static_cast<std::size_t>(i)];
    EXPECT_EQ(trial.number, i);
    EXPECT_EQ(trial.state, State::complete);
    EXPECT_EQ(trial.seed, trial_seed(11, i));
    EXPECT_THAT(strategy.told[static_cast<std::size_t>(i)].reports, SizeIs(9));
    EXPECT_EQ(trial.epochs(), 9);
    EXPECT_EQ(trial.values, std::vector<double>{trial.params.get<double>("x") + 1.0 / 9});
    EXPECT_THAT(trainer.epochs[i], ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  }
  EXPECT_EQ(trainer.released.size(), 20U);
  std::vector<int> all(20);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(strategy.told_numbers(), all) << "told in the order of dispatch";
}

TEST_F(SchedulerTest, BeginsTrialsInTheOrderOfDispatch) {
  plan.jobs = 1;
  plan.window = 8;
  Scripted strategy(random_points(9));
  run(strategy);
  EXPECT_THAT(trainer.begun, SizeIs(20));
  EXPECT_TRUE(std::is_sorted(trainer.begun.begin(), trainer.begun.end()));
}

TEST_F(SchedulerTest, UsesAllWorkersAndNoMore) {
  std::atomic<int> waiting = 0;
  trainer.before_epoch = [&](const Trial&, Budget epoch) {
    if (epoch > 1) return;
    ++waiting;
    // All three workers meet here; a fourth would be counted by the trainer.
    while (waiting.load() < 3) std::this_thread::yield();
  };
  Scripted strategy(random_points(2));
  run(strategy);
  EXPECT_EQ(trainer.most_at_once, 3);
}

TEST_F(SchedulerTest, AsksAfterExactlyTheResultsThatTheWindowAllows) {
  for (const int window : {1, 2, 3, 8}) {
    for (const int jobs : {1, 2, 5}) {
      plan.window = window;
      plan.jobs = jobs;
      trainer.before_epoch = [](const Trial& trial, Budget) { dawdle(trial.number); };
      std::vector<std::size_t> told_at_ask;
      Scripted strategy([&](const Turn& turn, Scripted& self) -> Move {
        EXPECT_EQ(turn.running.size() + self.told.size(), static_cast<std::size_t>(turn.number));
        told_at_ask.push_back(self.told.size());
        return Start{point(0.5), 2};
      });
      run(strategy);
      for (std::size_t k = 0; k < 20; ++k) {
        const std::size_t wanted = k < static_cast<std::size_t>(window) ? 0 : k - static_cast<std::size_t>(window) + 1;
        EXPECT_EQ(told_at_ask.at(k), wanted) << "ask " << k << ", window " << window << ", jobs " << jobs;
      }
    }
  }
}

/// Chases what it was told, so that any change in the order of telling shows in its points.
Scripted::Ask adaptive() {
  return [](const Turn& turn, Scripted& self) -> Move {
    double x = Random(3, turn.number, "t").uniform();
    for (const Trial& trial : self.told) {
      if (!trial.values.empty()) x = std::fmod(x * 1.37 + trial.values[0] * 0.61, 1.0);
    }
    for (const Trial* trial : turn.running) x = std::fmod(x + 0.173 * trial->params.get<double>("x"), 1.0);
    if (turn.number % 5 == 3 && !self.told.empty() && !turn.running.empty() && self.told.size() % 2 == 0) return Wait{};
    return Start{point(x), 1 + turn.number % 9};
  };
}

/// Keeps a trial while its last loss is below the mean of those told.
class MeanPruner : public Pruner {
 public:
  bool keep(const Trial& running, Trials told) const override {
    double sum = 0;
    int count = 0;
    for (const Trial* trial : told) {
      if (trial->values.empty()) continue;
      sum += trial->values[0];
      ++count;
    }
    return count < 3 || running.values[0] < 1.3 * sum / count;
  }
};

TEST_F(SchedulerTest, IsTheSameStudyOnAnyNumberOfWorkers) {
  std::set<std::string> studies;
  plan.trials = 60;
  trainer.before_epoch = [](const Trial& trial, Budget epoch) {
    dawdle(trial.number + static_cast<int>(epoch));
    if (trial.number % 11 == 4 && epoch == 2) throw std::runtime_error("fails");
  };
  const MeanPruner pruner;
  for (const int jobs : {1, 2, 4, 4}) {
    plan.jobs = jobs;
    Scripted strategy(adaptive());
    const Outcome outcome = run(strategy, &pruner);
    const auto all = states(outcome);
    EXPECT_GT(std::count(all.begin(), all.end(), State::pruned), 0);
    EXPECT_GT(std::count(all.begin(), all.end(), State::failed), 0);
    studies.insert(digest(outcome));
  }
  EXPECT_THAT(studies, SizeIs(1));
}

TEST_F(SchedulerTest, ArrivalOrderTellsWhatIsReady) {
  plan.order = Order::arrival;
  plan.jobs = 2;
  plan.trials = 4;
  std::atomic<bool> others_done = false;
  trainer.before_epoch = [&](const Trial& trial, Budget) {
    if (trial.number == 3) others_done = true;
    while (trial.number == 0 && !others_done) std::this_thread::yield();
  };
  Scripted strategy(random_points(1));
  run(strategy);
  EXPECT_EQ(strategy.told_numbers().front(), 1) << "trial 0 was still running";
  EXPECT_THAT(strategy.told, SizeIs(4));
}

TEST_F(SchedulerTest, FirstPointsComeBeforeTheStrategyAndAreTold) {
  plan.first = {point(0.1), point(0.2)};
  plan.trials = 5;
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  ASSERT_THAT(outcome.trials, SizeIs(5));
  EXPECT_EQ(outcome.trials[0].params, point(0.1));
  EXPECT_EQ(outcome.trials[1].params, point(0.2));
  EXPECT_EQ(outcome.trials[2].params, point(Random(7, 2, "t").uniform()));
  EXPECT_THAT(strategy.told, SizeIs(5));
}

TEST_F(SchedulerTest, FirstPointsStopAtTheLimit) {
  plan.first = {point(0.1), point(0.2), point(0.3)};
  plan.trials = 2;
  Scripted strategy([](const Turn&, Scripted&) -> Move { return Done{}; });
  EXPECT_THAT(run(strategy).trials, SizeIs(2));
}

/// Successive halving of 8 points: 1 epoch, the best half to 3, the best quarter to 9.
class Halving : public Strategy {
 public:
  Move ask(const Turn& turn) override {
    if (turn.number < 8) return Start{point(1 - 0.1 * turn.number), 1};
    if (!turn.running.empty()) return Wait{};
    std::vector<int> candidates;
    for (const auto& [number, trial] : latest_) {
      if (trial.state == State::paused) candidates.push_back(number);
    }
    for (const auto& [budget, places] : std::vector<std::pair<Budget, std::size_t>>{{3, 4}, {9, 2}}) {
      std::size_t reached = 0;
      for (const auto& [number, trial] : latest_) reached += trial.epochs() >= budget ? 1 : 0;
      if (reached >= places) continue;
      const auto better = [&](int a, int b) { return latest_.at(a).values < latest_.at(b).values; };
      const Budget before = budget / 3;
      std::erase_if(candidates, [&](int n) { return latest_.at(n).epochs() != before; });
      std::sort(candidates.begin(), candidates.end(), better);
      return Resume{candidates.front(), budget};
    }
    return Done{};
  }
  void tell(const Trial& trial) override { latest_.insert_or_assign(trial.number, trial); }

 private:
  std::map<int, Trial> latest_;
};

TEST_F(SchedulerTest, PausesAndResumes) {
  plan.trials = 8;
  for (const int jobs : {1, 4}) {
    plan.jobs = jobs;
    trainer.epochs.clear();
    trainer.released.clear();
    Halving strategy;
    const Outcome outcome = run(strategy);
    EXPECT_EQ(outcome.ending, Ending::strategy_done);
    std::map<Budget, int> reached;
    for (const Trial& trial : outcome.trials) ++reached[trial.epochs()];
    EXPECT_EQ(reached, (std::map<Budget, int>{{1, 4}, {3, 2}, {9, 2}}));
    EXPECT_THAT(trainer.epochs[7], ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9)) << "each epoch once";
    EXPECT_EQ(outcome.trials[7].state, State::complete);
    EXPECT_EQ(outcome.trials[0].state, State::pruned) << "paused and never resumed";
    EXPECT_FALSE(outcome.trials[0].values.empty());
    EXPECT_EQ(trainer.released, (std::multiset<int>{0, 1, 2, 3, 4, 5, 6, 7}));
  }
}

TEST_F(SchedulerTest, StartsFromACopyOfAPausedTrial) {
  Scripted strategy([](const Turn& turn, Scripted& self) -> Move {
    if (turn.number == 0) return Start{point(0.5), 3};
    if (self.told.empty()) return Wait{};
    if (turn.number == 1) return Start{point(0.6), 3, 0};
    return Done{};
  });
  const Outcome outcome = run(strategy);
  EXPECT_THAT(trainer.forks, ElementsAre(std::pair(0, 1)));
  EXPECT_EQ(outcome.trials[1].from, 0);
}

TEST_F(SchedulerTest, FailedTrialsAreRecordedAndTold) {
  trainer.before_epoch = [](const Trial& trial, Budget epoch) {
    if (trial.number == 3 && epoch == 2) throw std::runtime_error("shapes differ");
    if (trial.number == 5) throw 42;  // NOLINT: that is the case
  };
  trainer.loss = [](const Trial& trial, Budget epoch) {
    if (trial.number == 7 && epoch == 4) return std::numeric_limits<double>::quiet_NaN();
    if (trial.number == 9) return std::numeric_limits<double>::infinity();
    return 1.0;
  };
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  ASSERT_THAT(outcome.trials, SizeIs(20));
  EXPECT_EQ(outcome.trials[3].error, "shapes differ");
  EXPECT_EQ(outcome.trials[5].error, "threw something that is not an exception");
  EXPECT_EQ(outcome.trials[7].error, "'loss' is nan after epoch 4");
  EXPECT_EQ(outcome.trials[9].error, "'loss' is inf after epoch 1");
  for (const int number : {3, 5, 7, 9}) {
    EXPECT_EQ(outcome.trials[static_cast<std::size_t>(number)].state, State::failed);
    EXPECT_TRUE(outcome.trials[static_cast<std::size_t>(number)].values.empty());
    EXPECT_EQ(strategy.told[static_cast<std::size_t>(number)].state, State::failed);
  }
  EXPECT_THAT(trainer.released, SizeIs(20));
}

TEST_F(SchedulerTest, AMissingObjectiveFailsTheTrialWithWhatThereIs) {
  plan.objectives = {{"accuracy", true}};
  plan.trials = 1;
  Scripted strategy(random_points(1));
  EXPECT_EQ(run(strategy).trials[0].error, "the model measures no 'accuracy'; it measures loss");
}

TEST_F(SchedulerTest, ConsecutiveFailuresEndTheStudy) {
  plan.window = 1;
  trainer.before_epoch = [](const Trial& trial, Budget) {
    if (trial.number != 2) throw std::runtime_error("no");
  };
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::failures);
  EXPECT_THAT(states(outcome),
              ElementsAre(State::failed, State::failed, State::complete, State::failed, State::failed, State::failed));
}

TEST_F(SchedulerTest, TotalEpochsAreNeverExceeded) {
  plan.total_epochs = 50;
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::total_epochs);
  Budget total = 0;
  for (const Trial& trial : outcome.trials) total += trial.epochs();
  EXPECT_EQ(total, 45);
}

TEST_F(SchedulerTest, EndsWhenTheStrategyIsDoneAfterAllIsTold) {
  Scripted strategy([](const Turn& turn, Scripted&) -> Move {
    if (turn.number == 3) return Done{};
    return Start{point(0.5), 9};
  });
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::strategy_done);
  EXPECT_THAT(outcome.trials, SizeIs(3));
  EXPECT_THAT(strategy.told, SizeIs(3));
}

TEST_F(SchedulerTest, StopPausesWhatRunsAfterItsEpoch) {
  trainer.before_epoch = [&](const Trial& trial, Budget epoch) {
    if (trial.number == 4 && epoch == 5) stop = true;
  };
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::interrupted);
  ASSERT_GE(outcome.trials.size(), 5U);
  EXPECT_LT(outcome.trials.size(), 20U);
  EXPECT_EQ(outcome.trials[4].state, State::paused);
  EXPECT_EQ(outcome.trials[4].epochs(), 5);
  for (const Trial& trial : outcome.trials) {
    EXPECT_TRUE(trial.state == State::complete || trial.state == State::paused || trial.state == State::waiting);
    EXPECT_EQ(trial.state == State::waiting, trial.reports.empty());
  }
}

TEST_F(SchedulerTest, TimeoutEndsTheRunAndPausesTheTrials) {
  plan.timeout = Duration(0.05);
  plan.trials.reset();
  trainer.before_epoch = [](const Trial&, Budget) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::timeout);
  for (const Trial& trial : outcome.trials) {
    EXPECT_TRUE(trial.state == State::complete || trial.state == State::paused || trial.state == State::waiting);
  }
}

TEST_F(SchedulerTest, ATrialThatTakesTooLongFails) {
  plan.trial_timeout = Duration(0.02);
  plan.trials = 2;
  trainer.before_epoch = [](const Trial& trial, Budget) {
    if (trial.number == 1) std::this_thread::sleep_for(std::chrono::milliseconds(30));
  };
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.trials[1].state, State::failed);
  EXPECT_EQ(outcome.trials[1].error, "took longer than trial_timeout, 0.02 s");
  EXPECT_EQ(outcome.trials[1].epochs(), 1);
}

TEST_F(SchedulerTest, ATrialThatReportsNothingFails) {
  plan.trials = 1;
  Scripted strategy(random_points(1));
  Runner runner = trainer.runner();
  runner.run = [](const Trial&, const OnReport&) {};
  const Outcome outcome = run_study(plan, strategy, nullptr, runner, observer, stop);
  EXPECT_EQ(outcome.trials[0].error, "the trial ended without a report");
}

TEST_F(SchedulerTest, AnInterruptedTrialGoesOnLater) {
  plan.jobs = 3;
  plan.window = 3;
  trainer.before_epoch = [&](const Trial& trial, Budget epoch) {
    if (trial.number != 1 || epoch < 4) return;
    stop = true;
    throw Interrupted();
  };
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::interrupted);
  ASSERT_GE(outcome.trials.size(), 2U);
  EXPECT_EQ(outcome.trials[1].state, State::paused);
  EXPECT_EQ(outcome.trials[1].epochs(), 3) << "what it measured is kept";
  EXPECT_EQ(outcome.trials[1].error, "");
  EXPECT_TRUE(trainer.saved[1].empty()) << "its network is worth nothing";
  EXPECT_FALSE(trainer.released.contains(1));
  for (const Trial& told : strategy.told) EXPECT_NE(told.number, 1);
}

/// What a strategy that is done still waits for is not over when it is cut short.
TEST_F(SchedulerTest, StopAfterTheLastMovePausesWhatRuns) {
  plan.jobs = 2;
  trainer.before_epoch = [&](const Trial& trial, Budget epoch) {
    if (trial.number == 1 && epoch == 5) stop = true;
  };
  Scripted strategy([](const Turn& turn, Scripted&) -> Move {
    if (turn.number == 2) return Done{};
    return Start{point(0.5), 9};
  });
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::interrupted);
  ASSERT_THAT(outcome.trials, SizeIs(2));
  EXPECT_EQ(outcome.trials[1].state, State::paused);
  EXPECT_EQ(outcome.trials[1].epochs(), 5);
  EXPECT_FALSE(trainer.released.contains(1));
}

struct Nonsense {
  const char* name;
  Scripted::Ask ask;
  const char* message;
};

class NonsenseTest : public SchedulerTest, public testing::WithParamInterface<Nonsense> {};

TEST_P(NonsenseTest, EndsTheStudyWithAReasonAndKeepsWhatRan) {
  Scripted strategy([](const Turn& turn, Scripted& self) -> Move {
    if (turn.number < 2) return Start{point(0.5), 3};
    if (self.told.size() < 2) return Wait{};
    return GetParam().ask(turn, self);
  });
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::strategy_fault);
  EXPECT_THAT(outcome.fault, HasSubstr(GetParam().message));
  EXPECT_THAT(states(outcome), ElementsAre(State::paused, State::paused)) << "with another strategy they can go on";
}

INSTANTIATE_TEST_SUITE_P(
    All, NonsenseTest,
    testing::Values(Nonsense{"outside",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{point(1.5), 3};
                             },
                             "1.5 is outside 0..1"},
                    Nonsense{"nan",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{point(std::numeric_limits<double>::quiet_NaN()), 3};
                             },
                             "nan is outside 0..1"},
                    Nonsense{"missing",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{{}, 3};
                             },
                             "'x' has no value"},
                    Nonsense{"extra",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{{{"x", 0.5}, {"y", 1.0}}, 3};
                             },
                             "'y' is not in the space"},
                    Nonsense{"type",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{{{"x", "half"}}, 3};
                             },
                             "not a real number"},
                    Nonsense{"no_budget",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{point(0.5), 0};
                             },
                             "must be in 1..9"},
                    Nonsense{"too_long",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{point(0.5), 10};
                             },
                             "must be in 1..9"},
                    Nonsense{"unknown",
                             [](const Turn&, Scripted&) -> Move {
                               return Resume{7, 9};
                             },
                             "trial 7, which does not exist"},
                    Nonsense{"negative",
                             [](const Turn&, Scripted&) -> Move {
                               return Resume{-1, 9};
                             },
                             "trial -1, which does not"},
                    Nonsense{"backwards",
                             [](const Turn&, Scripted&) -> Move {
                               return Resume{0, 3};
                             },
                             "must be in 4..9"},
                    Nonsense{"copy",
                             [](const Turn&, Scripted&) -> Move {
                               return Start{point(0.5), 3, 5};
                             },
                             "trial 5, which does not"},
                    Nonsense{"deadlock", [](const Turn&, Scripted&) -> Move { return Wait{}; },
                             "waits, but no trial is running"},
                    Nonsense{"throws", [](const Turn&, Scripted&) -> Move { throw std::runtime_error("out of ideas"); },
                             "out of ideas"},
                    Nonsense{"throws_int", [](const Turn&, Scripted&) -> Move { throw 1; }, "not an exception"}),
    [](const auto& test) { return test.param.name; });

TEST_F(SchedulerTest, ResumingARunningTrialIsNonsense) {
  Scripted strategy([](const Turn& turn, Scripted&) -> Move {
    if (turn.number == 0) return Start{point(0.5), 3};
    return Resume{0, 9};
  });
  const Outcome outcome = run(strategy);
  EXPECT_THAT(outcome.fault, HasSubstr("trial 0, which is running, not paused"));
  EXPECT_EQ(outcome.trials[0].state, State::paused) << "it came to its budget";
}

TEST_F(SchedulerTest, AStrategyThatThrowsWhenToldEndsTheStudy) {
  class Deaf : public Scripted {
   public:
    Deaf() : Scripted(random_points(1)) {}
    void tell(const Trial&) override { throw std::runtime_error("will not listen"); }
  };
  Deaf strategy;
  const Outcome outcome = run(strategy);
  EXPECT_EQ(outcome.ending, Ending::strategy_fault);
  EXPECT_EQ(outcome.fault, "threw: will not listen");
  EXPECT_THAT(outcome.trials, SizeIs(4)) << "the window";
}

TEST_F(SchedulerTest, AThrowingPrunerFailsTheTrial) {
  class Bad : public Pruner {
   public:
    bool keep(const Trial&, Trials) const override { throw std::runtime_error("cannot judge"); }
  };
  plan.trials = 1;
  Scripted strategy(random_points(9));
  const Outcome outcome = run(strategy, std::make_unique<Bad>().get());
  EXPECT_EQ(outcome.trials[0].error, "cannot judge");
}

TEST_F(SchedulerTest, TheObserverSeesEverythingOnTheCallersThread) {
  class Watching : public Observer {
   public:
    void begun(const Trial& trial) override { note("begun", trial); }
    void reported(const Trial& trial, const Report&) override { note("reported", trial); }
    void stopped(const Trial& trial, int /*move*/) override { note("stopped", trial); }
    void note(const std::string& what, const Trial& trial) {
      EXPECT_EQ(std::this_thread::get_id(), thread);
      ++seen[what + std::to_string(trial.number)];
    }
    std::thread::id thread = std::this_thread::get_id();
    std::map<std::string, int> seen;
  };
  plan.trials = 2;
  Watching watching;
  Scripted strategy(random_points(9));
  run_study(plan, strategy, nullptr, trainer.runner(), watching, stop);
  EXPECT_EQ(watching.seen,
            (std::map<std::string, int>{
                {"begun0", 1}, {"begun1", 1}, {"reported0", 9}, {"reported1", 9}, {"stopped0", 1}, {"stopped1", 1}}));
}

TEST_F(SchedulerTest, ThousandsOfShortTrialsOnManyWorkers) {
  plan.trials = 3000;
  plan.jobs = 4;
  plan.window = 16;
  const MeanPruner pruner;
  Scripted strategy(random_points(2));
  const Outcome outcome = run(strategy, &pruner);
  EXPECT_THAT(outcome.trials, SizeIs(3000));
  EXPECT_LE(strategy.most_running, 16U);
  EXPECT_THAT(trainer.released, SizeIs(3000));
}

}  // namespace
}  // namespace pegbox

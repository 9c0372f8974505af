#include "scheduler/ask_tell.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "scheduler_fixture.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class AskTellTest : public testing::Test {
 protected:
  AskTellTest() {
    plan.space = kSpace;
    plan.objectives = {{"loss", false}};
    plan.epochs = 9;
    plan.trials = 20;
    plan.seed = 11;
  }

  Plan plan;
};

using Answer = std::variant<const Trial*, Wait, Done>;

/// The trial that was asked for; a test failure where there is none.
const Trial& asked(AskTell& study) {
  const Answer answer = study.ask();
  const auto* trial = std::get_if<const Trial*>(&answer);
  if (trial == nullptr) throw std::logic_error("no trial");
  return **trial;
}

bool waits(AskTell& study) { return std::holds_alternative<Wait>(study.ask()); }
bool is_done(AskTell& study) { return std::holds_alternative<Done>(study.ask()); }

template <class Call>
std::string mistake(const Call& call) {
  try {
    call();
  } catch (const ClientMistake& mistake) {
    return mistake.what();
  }
  return "no mistake";
}

/// What a strategy was told, in that order.
std::string digest(const Scripted& strategy) {
  Outcome outcome;
  for (const Trial& trial : strategy.told) outcome.trials.push_back(trial);
  return digest(outcome);
}

/// Depends on all that it was told; goes on with some paused trials, and begins others with their weights.
Move adaptive(const Turn& turn, Scripted& self) {
  double x = Random(3, turn.number, "t").uniform();
  for (const Trial& trial : self.told) {
    if (!trial.values.empty()) x = std::fmod(x * 1.37 + trial.values[0] * 0.61, 1.0);
  }
  if (!self.told.empty() && self.told.back().state == State::paused) {
    const Trial& last = self.told.back();
    if (last.number % 3 == 0) return Resume{last.number, last.epochs() + 2 < 9 ? last.epochs() + 2 : 9};
    if (last.number % 3 == 1) return Start{point(x), 9, last.number};
  }
  return Start{point(x), 1 + turn.number % 9};
}

/// Keeps a trial while its loss is at most the mean of those told.
class BelowMean : public Pruner {
 public:
  bool keep(const Trial& running, Trials told) const override {
    double sum = 0;
    double count = 0;
    for (const Trial* trial : told) {
      for (const double value : trial->values) {
        sum += value;
        ++count;
      }
    }
    return count == 0 || running.values[0] <= sum / count + 0.3;
  }
};

/// Some trials diverge, and some throw.
double loss(const Trial& trial, Budget epoch) {
  if (trial.number % 7 == 5 && epoch == 2) throw std::runtime_error("shapes differ");
  if (trial.number % 11 == 8) return kNan;
  return trial.params.get<double>("x") + 1.0 / static_cast<double>(epoch);
}

/// As a client trains: reports each epoch and tells the end.
void train(AskTell& study, const Trial& trial) {
  for (Budget epoch = trial.epochs() + 1; epoch <= trial.until; ++epoch) {
    try {
      if (study.report(trial.number, epoch, {loss(trial, epoch)}).state != State::running) return;
    } catch (const std::runtime_error& error) {
      study.tell(trial.number, {State::failed, {}, error.what()});
      return;
    }
  }
  study.tell(trial.number, {State::complete, {loss(trial, trial.until)}, {}});
}

TEST_F(AskTellTest, IsTheStudyThatTheSchedulerRunsOneByOne) {
  plan.jobs = 1;
  plan.window = 1;
  plan.trials = 60;
  plan.first = {point(0.25), point(0.75)};
  const BelowMean pruner;
  for (const Pruner* judge : {static_cast<const Pruner*>(nullptr), static_cast<const Pruner*>(&pruner)}) {
    FakeTrainer trainer;
    trainer.loss = loss;
    Observer observer;
    const std::atomic<bool> stop = false;
    Scripted scheduled(adaptive);
    plan.max_failures = 100;
    EXPECT_EQ(run_study(plan, scheduled, judge, trainer.runner(), observer, stop).ending, Ending::trials);

    Scripted driven(adaptive);
    AskTell study(plan, {}, driven, judge);
    for (Answer answer = study.ask(); !std::holds_alternative<Done>(answer); answer = study.ask()) {
      train(study, Trial(*std::get<const Trial*>(answer)));
    }
    EXPECT_GT(driven.told.size(), 60U) << "some were resumed";
    EXPECT_EQ(digest(driven), digest(scheduled));
  }
}

TEST_F(AskTellTest, TellsAtOnceInTheOrderOfTheClient) {
  Scripted strategy(random_points(9));
  AskTell study(plan, {}, strategy, nullptr);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(asked(study).number, i);
  EXPECT_EQ(strategy.most_running, 3U);
  for (const int number : {2, 0, 3, 1}) {
    const Trial& told = study.tell(number, {State::complete, {0.1 * number}, {}});
    EXPECT_EQ(told.state, State::complete);
    EXPECT_EQ(strategy.told.back().number, number);
    EXPECT_EQ(strategy.told.back().values, std::vector<double>{0.1 * number});
    EXPECT_EQ(strategy.told.back().epochs(), 9) << "a value without reports is that of the whole budget";
  }
}

TEST_F(AskTellTest, TheStrategyDoesNotSeeReportsOfRunningTrials) {
  std::vector<std::size_t> seen;
  Scripted strategy([&](const Turn& turn, Scripted&) -> Move {
    for (const Trial* trial : turn.running) seen.push_back(trial->reports.size());
    return Start{point(0.5), 9};
  });
  AskTell study(plan, {}, strategy, nullptr);
  asked(study);
  study.report(0, 1, {0.5});
  asked(study);
  EXPECT_THAT(seen, ElementsAre(0U));
}

TEST_F(AskTellTest, ThePrunerSeesWhatWasToldWhenTheTrialWasAskedFor) {
  class Counting : public Pruner {
   public:
    bool keep(const Trial& running, Trials told) const override {
      told_at[running.number] = told.size();
      reports_at[running.number] = running.reports.size();
      return running.number != 2;
    }
    mutable std::map<int, std::size_t> told_at, reports_at;
  };
  const Counting pruner;
  Scripted strategy(random_points(9));
  AskTell study(plan, {}, strategy, &pruner);
  asked(study);
  asked(study);
  study.tell(0, {State::complete, {1}, {}});
  asked(study);
  EXPECT_EQ(study.report(1, 1, {1}).state, State::running);
  EXPECT_EQ(study.report(1, 2, {1}).state, State::running);
  EXPECT_EQ(study.report(2, 4, {1}).state, State::pruned);
  EXPECT_EQ(pruner.told_at, (std::map<int, std::size_t>{{1, 0}, {2, 1}}));
  EXPECT_EQ(pruner.reports_at, (std::map<int, std::size_t>{{1, 2}, {2, 1}}));
  EXPECT_EQ(strategy.told.back().number, 2) << "a pruned trial is told at once";
  EXPECT_EQ(strategy.told.back().state, State::pruned);
  EXPECT_EQ(strategy.told.back().epochs(), 4);
}

TEST_F(AskTellTest, ThePrunerIsNotAskedAtTheEndOfTheBudget) {
  class Never : public Pruner {
   public:
    bool keep(const Trial&, Trials) const override { return false; }
  };
  const Never pruner;
  Scripted strategy(random_points(3));
  AskTell study(plan, {}, strategy, &pruner);
  asked(study);
  EXPECT_EQ(study.report(0, 3, {1}).state, State::running);
  EXPECT_EQ(study.tell(0, {}).state, State::paused) << "the value is that of the last report";
  EXPECT_EQ(strategy.told.back().values, std::vector<double>{1});
}

TEST_F(AskTellTest, ATellAfterTheTrialEndedAtAReportChangesNothing) {
  class Never : public Pruner {
   public:
    bool keep(const Trial&, Trials) const override { return false; }
  };
  const Never pruner;
  Scripted strategy(random_points(9));
  AskTell study(plan, {}, strategy, &pruner);
  asked(study);
  study.report(0, 1, {0.5});
  EXPECT_EQ(study.tell(0, {State::pruned, {}, {}}).state, State::pruned);
  EXPECT_EQ(study.tell(0, {State::complete, {7}, {}}).values, std::vector<double>{0.5});
  EXPECT_THAT(strategy.told, SizeIs(1));
  EXPECT_THAT(mistake([&] { study.report(0, 2, {0.5}); }), HasSubstr("trial 0 is pruned"));
}

TEST_F(AskTellTest, WhatIsNotFiniteFailsTheTrial) {
  Scripted strategy(random_points(9));
  AskTell study(plan, {}, strategy, nullptr);
  for (int i = 0; i < 4; ++i) asked(study);
  study.report(0, 2, {0.5});
  EXPECT_EQ(study.report(0, 3, {kNan}).error, "'loss' is nan after epoch 3");
  EXPECT_EQ(study.tell(1, {State::complete, {INFINITY}, {}}).error, "'loss' is inf after epoch 9");
  study.report(2, 9, {0.5});
  EXPECT_EQ(study.tell(2, {State::complete, {kNan}, {}}).state, State::failed);
  EXPECT_EQ(study.tell(3, {State::failed, {}, "out of memory"}).error, "out of memory");
  ASSERT_THAT(strategy.told, SizeIs(4));
  for (const Trial& trial : strategy.told) {
    EXPECT_EQ(trial.state, State::failed);
    EXPECT_THAT(trial.values, IsEmpty());
  }
}

TEST_F(AskTellTest, AThrowingPrunerFailsTheTrial) {
  class Bad : public Pruner {
   public:
    bool keep(const Trial&, Trials) const override { throw std::runtime_error("cannot judge"); }
  };
  const Bad pruner;
  Scripted strategy(random_points(9));
  AskTell study(plan, {}, strategy, &pruner);
  asked(study);
  EXPECT_EQ(study.report(0, 1, {0.5}).error, "cannot judge");
  EXPECT_EQ(strategy.told.back().state, State::failed);
}

TEST_F(AskTellTest, APausedTrialGoesOnWithItsReports) {
  Scripted strategy([](const Turn& turn, Scripted& self) -> Move {
    if (turn.number == 0) return Start{point(0.5), 3};
    if (self.told.size() == 1) return Resume{0, 9};
    return Done{};
  });
  AskTell study(plan, {}, strategy, nullptr);
  asked(study);
  study.report(0, 1, {0.5});
  EXPECT_EQ(study.tell(0, {State::complete, {0.4}, {}}).state, State::paused);
  const Trial& again = asked(study);
  EXPECT_EQ(again.number, 0);
  EXPECT_EQ(again.epochs(), 3);
  EXPECT_EQ(again.until, 9);
  EXPECT_THAT(mistake([&] { study.report(0, 3, {0.4}); }), HasSubstr("no later than step 3"));
  EXPECT_EQ(study.tell(0, {State::complete, {0.3}, {}}).state, State::complete);
  EXPECT_THAT(strategy.told.back().reports, SizeIs(3));
  EXPECT_TRUE(is_done(study));
}

TEST_F(AskTellTest, ACopySaysWhoseWeightsItBeginsWith) {
  Scripted strategy([](const Turn& turn, Scripted&) -> Move {
    if (turn.number == 0) return Start{point(0.5), 3};
    return Start{point(0.6), 9, 0};
  });
  AskTell study(plan, {}, strategy, nullptr);
  EXPECT_EQ(asked(study).from, std::nullopt);
  study.tell(0, {State::complete, {1}, {}});
  EXPECT_EQ(asked(study).from, 0);
}

TEST_F(AskTellTest, FirstPointsComeFirst) {
  plan.first = {point(0.1), point(0.2)};
  Scripted strategy(random_points(1));
  AskTell study(plan, {}, strategy, nullptr);
  EXPECT_EQ(asked(study).params, point(0.1));
  const Trial& second = asked(study);
  EXPECT_EQ(second.params, point(0.2));
  EXPECT_EQ(second.until, 9);
  EXPECT_EQ(asked(study).params, point(Random(7, 2, "t").uniform()));
}

TEST_F(AskTellTest, IsDoneAtTheLimitOnceNothingCanGoOn) {
  plan.trials = 2;
  Scripted whole(random_points(9));
  AskTell study(plan, {}, whole, nullptr);
  asked(study);
  asked(study);
  EXPECT_TRUE(is_done(study)) << "what runs ends without another stretch";
  study.tell(1, {State::complete, {1}, {}});
  EXPECT_THAT(whole.told, SizeIs(1)) << "what runs is told all the same";

  Scripted part(random_points(3));
  AskTell staged(plan, {}, part, nullptr);
  asked(staged);
  asked(staged);
  EXPECT_TRUE(waits(staged)) << "what runs may be resumed";
  staged.tell(0, {State::complete, {1}, {}});
  EXPECT_TRUE(waits(staged));
  staged.tell(1, {State::complete, {1}, {}});
  EXPECT_TRUE(is_done(staged));
}

TEST_F(AskTellTest, KeepsWithinTheEpochsOfAll) {
  plan.total_epochs = 10;
  Scripted strategy(random_points(4));
  AskTell study(plan, {}, strategy, nullptr);
  asked(study);
  asked(study);
  EXPECT_TRUE(waits(study)) << "a failure may leave epochs";
  study.tell(0, {State::failed, {}, {}});
  EXPECT_EQ(asked(study).number, 2);
  study.tell(1, {State::complete, {1}, {}});
  study.tell(2, {State::complete, {1}, {}});
  EXPECT_TRUE(is_done(study));
}

TEST_F(AskTellTest, AWindowLimitsWhatIsOpen) {
  Scripted strategy(random_points(9));
  AskTell study(plan, 2, strategy, nullptr);
  asked(study);
  asked(study);
  EXPECT_TRUE(waits(study));
  study.tell(1, {State::complete, {1}, {}});
  EXPECT_EQ(asked(study).number, 2);
}

TEST_F(AskTellTest, TakesPointsOfTheClientsOwn) {
  plan.space = {{"x", Real{0, 2}}, {"n", Integer{1, 4}}, {"momentum", Real{0, 1}, {}, {at_least("n", 3)}}};
  Scripted strategy([](const Turn&, Scripted&) -> Move { return Done{}; });
  AskTell study(plan, {}, strategy, nullptr);
  const Trial& own = study.add({{"x", std::int64_t{1}}, {"n", std::int64_t{2}}}, {State::complete, {0.5}, {}});
  EXPECT_EQ(own.number, 0);
  EXPECT_EQ(own.params, (Params{{"x", 1.0}, {"n", std::int64_t{2}}}));
  EXPECT_EQ(own.state, State::complete);
  EXPECT_EQ(own.epochs(), 9);
  const auto add = [&](const Params& params) { study.add(params, {State::complete, {0.5}, {}}); };
  EXPECT_THAT(mistake([&] { add({{"x", 0.5}}); }), HasSubstr("'n' has no value"));
  EXPECT_THAT(mistake([&] { add({{"x", 0.5}, {"n", std::int64_t{3}}}); }), HasSubstr("'momentum' has no value"));
  EXPECT_THAT(mistake([&] { add({{"x", 2.5}, {"n", std::int64_t{2}}}); }), HasSubstr("'x'"));
  EXPECT_THAT(mistake([&] { add({{"x", 0.5}, {"n", std::int64_t{2}}, {"y", 1.0}}); }), HasSubstr("'y'"));
  EXPECT_THAT(strategy.told, SizeIs(1));
  EXPECT_EQ(study.add({{"x", 0.5}, {"n", std::int64_t{2}}}, {State::failed, {}, "no"}).number, 1);
}

TEST_F(AskTellTest, AMistakeOfTheClientsChangesNothing) {
  Scripted strategy(random_points(6));
  AskTell study(plan, {}, strategy, nullptr);
  EXPECT_EQ(mistake([&] { study.tell(0, {}); }), "there is no trial 0: none has been asked for");
  asked(study);
  study.report(0, 2, {0.5});
  EXPECT_EQ(mistake([&] { study.tell(7, {}); }), "there is no trial 7; the last is trial 0");
  EXPECT_EQ(mistake([&] { study.tell(-1, {}); }), "there is no trial -1; the last is trial 0");
  EXPECT_THAT(mistake([&] { study.tell(0, {}); }), HasSubstr("has no value: it has reported up to step 2 of 6"));
  EXPECT_THAT(mistake([&] { study.report(0, 2, {1}); }), HasSubstr("no later than step 2"));
  EXPECT_THAT(mistake([&] { study.report(0, 7, {1}); }), HasSubstr("beyond step 6"));
  EXPECT_THAT(strategy.told, IsEmpty());
  study.tell(0, {State::complete, {0.25}, {}});
  ASSERT_THAT(strategy.told, SizeIs(1));
  EXPECT_THAT(strategy.told[0].reports, SizeIs(2));
  EXPECT_EQ(strategy.told[0].values, std::vector<double>{0.25});
  EXPECT_EQ(mistake([&] {
              study.tell(0, {State::complete, {1}, {}});
            }),
            "trial 0 is paused: it goes on when it is asked for again");
  EXPECT_THAT(strategy.told, SizeIs(1));
}

TEST_F(AskTellTest, AFaultyStrategyIsNamed) {
  const auto fault = [&](const Scripted::Ask& ask) -> std::string {
    Scripted strategy(ask);
    AskTell study(plan, {}, strategy, nullptr);
    try {
      study.ask();
    } catch (const StrategyFault& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(fault([](const Turn&, Scripted&) -> Move { return Wait{}; }), HasSubstr("waits"));
  EXPECT_THAT(fault([](const Turn&, Scripted&) -> Move { return Resume{0, 9}; }), HasSubstr("does not exist"));
  EXPECT_THAT(fault([](const Turn&, Scripted&) -> Move { return Start{point(2), 9}; }), HasSubstr("2 is outside 0..1"));
  EXPECT_THAT(fault([](const Turn&, Scripted&) -> Move { throw std::runtime_error("out of ideas"); }),
              HasSubstr("out of ideas"));
}

TEST_F(AskTellTest, SeveralObjectives) {
  plan.objectives = {{"loss", false}, {"accuracy", true}};
  Scripted strategy(random_points(9));
  AskTell study(plan, {}, strategy, nullptr);
  asked(study);
  study.report(0, 1, {0.5, 0.25});
  study.tell(0, {State::complete, {0.375, 0.75}, {}});
  EXPECT_EQ(strategy.told[0].values, (std::vector<double>{0.375, 0.75}));
  EXPECT_EQ(strategy.told[0].reports.front().metrics, (Metrics{{"accuracy", 0.25}, {"loss", 0.5}}));
}

/// Writes down what it is shown.
class Witness : public Observer {
 public:
  void begun(const Trial& trial) override { say(trial, "begun after " + std::to_string(trial.epochs())); }
  void reported(const Trial& trial, const Report& report) override {
    say(trial, std::to_string(report.epoch) + ": " + std::to_string(std::lround(report.metrics.at("loss"))));
  }
  void stopped(const Trial& trial, int move) override {
    say(trial, std::string(to_string(trial.state)) + " in move " + std::to_string(move));
  }

  std::vector<std::string> seen;

 private:
  void say(const Trial& trial, const std::string& what) { seen.push_back(std::to_string(trial.number) + ' ' + what); }
};

TEST_F(AskTellTest, ShowsWhatHappens) {
  Scripted strategy([](const Turn& turn, Scripted& self) -> Move {
    if (!self.told.empty() && self.told.back().state == State::paused) return Resume{self.told.back().number, 9};
    return Start{point(0.5), turn.number == 1 ? 3 : 9};
  });
  AskTell study(plan, {}, strategy, nullptr);
  Witness witness;
  study.show_to(witness);
  asked(study);
  study.report(0, 2, {5});
  mistake([&] { study.report(0, 2, {6}); });
  study.tell(0, {State::complete, {4}, {}});
  asked(study);
  study.report(1, 3, {3});
  study.tell(1, {});
  asked(study);
  study.tell(1, {State::complete, {2}, {}});
  asked(study);
  study.report(2, 1, {kNan});
  asked(study);
  study.tell(3, {State::failed, {}, "shapes differ"});
  mistake([&] { study.add(point(2.5), {State::complete, {1}, {}}); });
  study.add(point(0.5), {State::complete, {1}, {}});
  EXPECT_THAT(witness.seen, ElementsAre("0 begun after 0", "0 2: 5", "0 9: 4", "0 complete in move 0",  //
                                        "1 begun after 0", "1 3: 3", "1 paused in move 1",              //
                                        "1 begun after 3", "1 9: 2", "1 complete in move 2",            //
                                        "2 begun after 0", "2 failed in move 3",                        //
                                        "3 begun after 0", "3 failed in move 4",                        //
                                        "4 begun after 0", "4 9: 1", "4 complete in move 5"));
}

}  // namespace
}  // namespace pegbox

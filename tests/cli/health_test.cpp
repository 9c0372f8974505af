#include "cli/health.hpp"

#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<Objective> kObjectives{{"loss", false}};

SearchSpace space() {
  return {{"rate", Real{1e-4, 1e-2, true}},
          {"dropout", Real{0, 0.5}},
          {"layers", Integer{1, 4}},
          {"width", Integer{16, 64}},
          {"optimizer", Choice{{std::string("adam"), std::string("sgd"), std::string("rmsprop")}}}};
}

Trial trial(int number, State state, double loss, Params params) {
  Trial trial;
  trial.number = number;
  trial.state = state;
  trial.params = std::move(params);
  if (state == State::failed) {
    trial.error = "out of memory\nwith much more to say";
  } else {
    trial.reports = {{1, {{"loss", loss}}}};
    trial.values = {loss};
  }
  return trial;
}

/// Trials at evenly spread places of one hyperparameter, whose loss is a function of the place.
template <class Loss>
std::deque<Trial> along(const std::string& name, const Loss& loss, int count = 30) {
  const SearchSpace all = space();
  const Domain& domain = all[*all.find(name)].domain;
  std::deque<Trial> trials;
  for (int i = 0; i < count; ++i) {
    const double place = (i + 0.5) / count;
    Params params = all.defaults();
    params.set(name, from_unit(domain, place));
    trials.push_back(trial(i, State::complete, loss(place), params));
  }
  return trials;
}

std::vector<std::string> health_of(const std::deque<Trial>& trials) {
  const SearchSpace all = space();
  return health({trials, kObjectives, all});
}

double falling(double place) { return 1 - place; }
double rising(double place) { return place; }
double valley(double place) { return (place - 0.5) * (place - 0.5); }

TEST(Health, ABestTrialAtTheUpperEndAsksForAWiderRange) {
  EXPECT_THAT(health_of(along("rate", falling)),
              Contains(AllOf(HasSubstr("'rate' at the upper end of its range, 0.01"),
                             HasSubstr("--set space.rate.high=0.1 --allow-change"))));
  EXPECT_THAT(health_of(along("dropout", falling)), Contains(HasSubstr("--set space.dropout.high=1 ")));
  EXPECT_THAT(health_of(along("layers", falling)), Contains(HasSubstr("--set space.layers.high=7 ")));
}

TEST(Health, SoDoesOneAtTheLowerEndUnlessThatEndsOfItself) {
  EXPECT_THAT(health_of(along("rate", rising)),
              Contains(AllOf(HasSubstr("lower end"), HasSubstr("--set space.rate.low=1e-05"))));
  EXPECT_THAT(health_of(along("width", rising)), Contains(HasSubstr("--set space.width.low=1 ")));
  EXPECT_THAT(health_of(along("dropout", rising)), Each(Not(HasSubstr("end of its range"))));
  EXPECT_THAT(health_of(along("layers", rising)), Each(Not(HasSubstr("end of its range"))));
}

TEST(Health, ABestTrialWithinItsRangesOrFewTrialsAskForNothing) {
  EXPECT_THAT(health_of(along("rate", valley)), Each(Not(HasSubstr("end of its range"))));
  EXPECT_THAT(health_of(along("rate", falling, 9)), Each(Not(HasSubstr("end of its range"))));
}

TEST(Health, OneLuckyTrialAtAnEndIsNoReason) {
  auto trials = along("rate", valley);
  trials.back().values = {-1};
  EXPECT_THAT(health_of(trials), Each(Not(HasSubstr("end of its range"))));
}

TEST(Health, AChoiceWhoseTrialsAllFailIsNamed) {
  auto trials = along("rate", valley);
  for (int i = 30; i < 33; ++i) {
    Params params = space().defaults();
    params.set("optimizer", std::string("rmsprop"));
    trials.push_back(trial(i, State::failed, 0, params));
  }
  EXPECT_THAT(health_of(trials), Contains(HasSubstr("all 3 trials with 'optimizer' = rmsprop failed")));
  trials.back().state = State::pruned;
  EXPECT_THAT(health_of(trials), Each(Not(HasSubstr("rmsprop"))));
}

TEST(Health, ManyFailuresAreToldWithTheCommonestReason) {
  std::deque<Trial> trials = along("rate", valley, 8);
  trials.push_back(trial(8, State::failed, 0, space().defaults()));
  EXPECT_THAT(health_of(trials), Each(Not(HasSubstr("failed")))) << "1 of 9";
  trials.push_back(trial(9, State::failed, 0, space().defaults()));
  EXPECT_EQ(health_of(trials).front(),
            "2 of 10 trials failed, most of them with: out of memory; 'pegbox show N' says more of one");
}

TEST(Health, AnObjectiveThatNeverMovesIsNoBest) {
  const auto sentences = health_of(along("rate", [](double) { return 2.5; }));
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_THAT(sentences.front(), HasSubstr("'loss' is 2.5 in all 30 complete trials"));
}

TEST(Health, AStrategyThatNeverLearnsIsTold) {
  const std::deque<Trial> trials;
  const SearchSpace all = space();
  Studied study{trials, kObjectives, all};
  study.learn(Json::parse(R"({"trials": 10, "strategy": {"name": "tpe", "settings": {"startup": 10}}})"));
  EXPECT_THAT(health(study), Contains(AllOf(HasSubstr("'tpe'"), HasSubstr("after 10 trials"))));
  study.learn(Json::parse(R"({"trials": 11, "strategy": {"name": "tpe", "settings": {"startup": 10}}})"));
  EXPECT_THAT(health(study), IsEmpty());
}

TEST(Health, OfNothingIsNothing) {
  EXPECT_THAT(health_of({}), IsEmpty());
  Studied study{{}, kObjectives, {}};
  study.learn(nullptr);
  EXPECT_THAT(health(study), IsEmpty());
}

/// `workers` that each have a task of that many of every 10 seconds.
std::vector<Span> busy(int workers, double seconds, int tasks) {
  std::vector<Span> spans;
  for (int task = 0; task < tasks; ++task) {
    for (int worker = 0; worker < workers; ++worker) {
      spans.push_back({task * 10.0, task * 10.0 + (worker == 0 ? 10 : seconds)});
    }
  }
  return spans;
}

TEST(Idle, IsWhatWorkersHadNothingToDoIn) {
  // One is always busy, three 2 of 10 seconds: 1 − (10 + 3 · 2) / 40.
  EXPECT_THAT(idle_text(busy(4, 2, 5)), HasSubstr("of 4 workers 60 % of the time was idle"));
  EXPECT_EQ(idle_text(busy(4, 9, 5)), "");
}

TEST(Idle, TimesInWhichNothingRanDoNotCount) {
  auto spans = busy(2, 9, 5);
  for (const Span& span : busy(2, 9, 5)) spans.push_back({span.begin + 1e6, span.end + 1e6});
  EXPECT_EQ(idle_text(spans), "");
}

TEST(Idle, OneWorkerOrFewTrialsAreNotJudged) {
  EXPECT_EQ(idle_text(busy(1, 1, 20)), "");
  EXPECT_EQ(idle_text(busy(2, 1, 4)), "");
  EXPECT_EQ(idle_text({}), "");
}

}  // namespace
}  // namespace pegbox

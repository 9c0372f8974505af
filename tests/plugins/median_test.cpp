#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "bundled.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Trial trial(int number, const std::vector<double>& losses, State state = State::complete) {
  Trial result;
  result.number = number;
  result.state = state;
  for (const double loss : losses) {
    const auto epoch = static_cast<Budget>(result.reports.size()) + 1;
    result.reports.push_back({epoch, {{"loss", loss}}});
  }
  return result;
}

struct Rules {
  std::int64_t startup = 0, warmup = 0, interval = 1, min_trials = 1;
  bool maximize = false;
};

std::unique_ptr<Pruner> median(const Rules& rules) {
  PrunerContext context;
  context.objectives = {{"loss", rules.maximize}};
  context.epochs = 100;
  context.settings = {{"startup", rules.startup},
                      {"warmup", rules.warmup},
                      {"interval", rules.interval},
                      {"min_trials", rules.min_trials}};
  return pruner("median").create(context);
}

bool keep(const Trial& running, const std::vector<Trial>& told, const Rules& rules = {}) {
  std::vector<const Trial*> pointers;
  for (const Trial& one : told) pointers.push_back(&one);
  return median(rules)->keep(running, pointers);
}

Trial running(const std::vector<double>& losses) { return trial(1000, losses, State::running); }

/// Medians 0.9, 0.6 and 0.3 at epochs 1, 2 and 3.
const std::vector<Trial> kFive = {trial(0, {0.7, 0.4, 0.1}), trial(1, {0.8, 0.5, 0.2}), trial(2, {0.9, 0.6, 0.3}),
                                  trial(3, {1.0, 0.7, 0.4}), trial(4, {1.1, 0.8, 0.5})};

TEST(Median, PrunesWhatIsWorse) {
  EXPECT_FALSE(keep(running({0.91}), kFive));
  EXPECT_FALSE(keep(running({0.8, 0.7}), kFive));
  EXPECT_FALSE(keep(running({0.8, 0.5, 0.31}), kFive));
}

TEST(Median, KeepsWhatIsAsGoodOrBetter) {
  EXPECT_TRUE(keep(running({0.9}), kFive));
  EXPECT_TRUE(keep(running({0.8, 0.6}), kFive));
  EXPECT_TRUE(keep(running({0.9, 0.6, 0.1}), kFive));
}

TEST(Median, JudgesByTheBestSoFar) {
  EXPECT_TRUE(keep(running({0.9, 0.25, 5.0}), kFive));
  EXPECT_FALSE(keep(running({0.9, 0.35, 5.0}), kFive));
}

/// Not by what the others reached in the end, or before.
TEST(Median, ComparesTheSameEpoch) {
  const std::vector<Trial> told = {trial(0, {0.5, 0.9, 0.1}), trial(1, {0.5, 0.9, 0.1}), trial(2, {0.5, 0.9, 0.1})};
  EXPECT_TRUE(keep(running({0.6, 0.8}), {told[0], told[1], told[2]}));
  EXPECT_FALSE(keep(running({0.6}), told));
}

TEST(Median, OfAnEvenNumberIsTheMeanOfTheMiddle) {
  const std::vector<Trial> told = {trial(0, {0.1}), trial(1, {0.2}), trial(2, {0.4}), trial(3, {9.0})};
  EXPECT_TRUE(keep(running({0.29}), told));
  EXPECT_FALSE(keep(running({0.31}), told));
}

TEST(Median, MaximisesWhereTheObjectiveDoes) {
  const Rules rules = {.maximize = true};
  EXPECT_TRUE(keep(running({0.9}), kFive, rules));
  EXPECT_TRUE(keep(running({0.91}), kFive, rules));
  EXPECT_FALSE(keep(running({0.89}), kFive, rules));
  EXPECT_TRUE(keep(running({0.1, 0.6, 0.1}), kFive, rules));
}

TEST(Median, WaitsForTrialsToCompare) {
  EXPECT_TRUE(keep(running({9.0}), kFive, {.startup = 6}));
  EXPECT_FALSE(keep(running({9.0}), kFive, {.startup = 5}));
  EXPECT_TRUE(keep(running({9.0}), {}));
}

TEST(Median, LeavesTheFirstEpochsAlone) {
  EXPECT_TRUE(keep(running({9.0, 9.0}), kFive, {.warmup = 2}));
  EXPECT_FALSE(keep(running({9.0, 9.0, 9.0}), kFive, {.warmup = 2}));
}

TEST(Median, JudgesOnceAnInterval) {
  const std::vector<Trial> told = {trial(0, std::vector<double>(10, 0.0))};
  std::vector<Budget> judged;
  for (std::size_t epoch = 1; epoch <= 10; ++epoch) {
    const bool kept = keep(running(std::vector<double>(epoch, 1.0)), told, {.warmup = 2, .interval = 3});
    if (!kept) judged.push_back(static_cast<Budget>(epoch));
  }
  EXPECT_THAT(judged, testing::ElementsAre(3, 6, 9));
}

TEST(Median, NeedsSoManyTrialsAtTheEpoch) {
  std::vector<Trial> told = kFive;
  told.push_back(trial(5, {1, 1, 1, 0.1}));
  told.push_back(trial(6, {1, 1, 1, 0.1}));
  const Trial late = running({9, 9, 9, 9});
  EXPECT_TRUE(keep(late, told, {.min_trials = 3}));
  EXPECT_FALSE(keep(late, told, {.min_trials = 2}));
}

TEST(Median, CountsPausedAndPrunedButNotFailedTrials) {
  const auto with = [](State state) {
    return std::vector<Trial>{trial(0, {0.1}, state), trial(1, {0.1}, state), trial(2, {0.9}), trial(3, {0.9}),
                              trial(4, {0.9})};
  };
  EXPECT_FALSE(keep(running({0.95}), with(State::failed)));
  EXPECT_TRUE(keep(running({0.85}), with(State::failed)));
  EXPECT_TRUE(keep(running({9.0}), with(State::failed), {.startup = 4}));
  EXPECT_FALSE(keep(running({9.0}), with(State::paused), {.startup = 5}));
  EXPECT_FALSE(keep(running({9.0}), with(State::pruned), {.startup = 5}));
}

TEST(Median, CountsAResumedTrialOnceAndAsItLastWas) {
  const std::vector<Trial> told = {trial(0, {0.1}, State::paused), trial(0, {0.1, 0.1}, State::paused),
                                   trial(0, {0.1, 0.1, 0.1}), trial(1, {0.9, 0.9, 0.9}), trial(2, {0.9, 0.9, 0.9})};
  EXPECT_TRUE(keep(running({0.8}), told));
  EXPECT_TRUE(keep(running({9.0}), told, {.startup = 4}));
  const std::vector<Trial> failed_later = {trial(0, {0.1}, State::paused), trial(0, {0.1}, State::failed)};
  EXPECT_TRUE(keep(running({9.0}), failed_later));
}

TEST(Median, DoesNotCompareATrialWithItself) {
  EXPECT_TRUE(keep(running({0.5, 0.6}), {trial(1000, {0.5, 0.1}, State::paused)}));
  EXPECT_TRUE(keep(running({9.0}), {trial(1000, {0.1}, State::paused), trial(1, {0.1})}, {.startup = 2}));
}

TEST(Median, IsSafeFromWhatIsNotANumber) {
  std::vector<Trial> told = kFive;
  for (int i = 5; i < 15; ++i) told.push_back(trial(i, {kNan, kNan, kNan}));
  EXPECT_TRUE(keep(running({0.9}), told));
  EXPECT_FALSE(keep(running({0.91}), told));
  EXPECT_FALSE(keep(running({kNan}), kFive));
  EXPECT_TRUE(keep(running({0.5, kNan}), kFive));
  EXPECT_TRUE(keep(running({0.5}), {trial(0, {kNan})}));
  EXPECT_TRUE(keep(running({0.5}), {trial(0, {-kInfinity}), trial(1, {kInfinity})}));
  EXPECT_FALSE(keep(running({kInfinity}), kFive));
}

TEST(Median, DoesNotJudgeWhatWasNotMeasured) {
  Trial other = running({});
  other.reports = {{1, {{"accuracy", 0.1}}}};
  EXPECT_TRUE(keep(other, kFive));
  Trial without = trial(5, {});
  without.reports = {{1, {{"accuracy", 0.1}}}};
  EXPECT_TRUE(keep(running({9.0}), {without}));
}

TEST(Median, RefusesSeveralObjectives) {
  PrunerContext context;
  context.objectives = {{"loss"}, {"accuracy", true}};
  context.settings = resolve("pruner 'median'", pruner("median").settings(), {});
  EXPECT_THAT([&] { pruner("median").create(context); },
              ThrowsMessage<StudyError>(testing::AllOf(HasSubstr("one objective"), HasSubstr("has 2"))));
}

TEST(Median, HasOptunasDefaultsButForTheFirstEpoch) {
  const Settings settings = resolve("pruner 'median'", pruner("median").settings(), {});
  EXPECT_EQ(settings, Settings({{"startup", 5}, {"warmup", 1}, {"interval", 1}, {"min_trials", 1}}));
}

/// The rule once more, written the slow way.
bool naive_keep(const Trial& running, const std::vector<Trial>& told, const Rules& rules) {
  const double sign = rules.maximize ? -1 : 1;
  const auto at = [&](const Trial& one, Budget epoch) {
    for (const Report& report : one.reports) {
      if (report.epoch == epoch) return sign * report.metrics.at("loss");
    }
    return kNan;
  };
  const Budget epoch = running.reports.back().epoch;
  bool judged = false;
  for (Budget one = rules.warmup + 1; one <= epoch; one += rules.interval) judged = judged || one == epoch;
  int others = 0;
  std::vector<double> costs;
  for (std::size_t i = 0; i < told.size(); ++i) {
    bool last = told[i].number != running.number;
    for (std::size_t k = i + 1; k < told.size(); ++k) last = last && told[k].number != told[i].number;
    if (!last || told[i].state == State::failed) continue;
    ++others;
    if (const double cost = at(told[i], epoch); !std::isnan(cost)) costs.push_back(cost);
  }
  if (!judged || others < rules.startup || costs.empty()) return true;
  if (static_cast<std::int64_t>(costs.size()) < rules.min_trials) return true;
  std::sort(costs.begin(), costs.end());
  const double limit = (costs[(costs.size() - 1) / 2] + costs[costs.size() / 2]) / 2;
  double best = kInfinity;
  for (Budget one = 1; one <= epoch; ++one) {
    if (const double cost = at(running, one); !std::isnan(cost)) best = std::min(best, cost);
  }
  return best <= limit;
}

std::vector<double> random_losses(Random& random, std::uint64_t most) {
  std::vector<double> losses(1 + random.below(most));
  for (double& loss : losses) loss = random.uniform() < 0.05 ? kNan : std::floor(20 * random.uniform());
  return losses;
}

TEST(Median, AgreesWithTheNaiveRule) {
  constexpr std::array kStates = {State::complete, State::pruned, State::paused, State::failed};
  int pruned = 0;
  constexpr int kHistories = 5000;
  for (int history = 0; history < kHistories; ++history) {
    Random random(3, history, "history");
    const auto small = [&](std::uint64_t n) { return static_cast<std::int64_t>(random.below(n)); };
    const Rules rules = {small(4), small(2), 1 + small(2), 1 + small(3), random.below(2) == 1};
    std::vector<Trial> told;
    for (std::uint64_t i = random.below(20); i > 0; --i) {
      const auto number = static_cast<int>(random.below(10));
      told.push_back(trial(number, random_losses(random, 6), kStates[random.below(kStates.size())]));
    }
    Trial current = trial(static_cast<int>(random.below(12)), random_losses(random, 6), State::running);
    const bool expected = naive_keep(current, told, rules);
    EXPECT_EQ(keep(current, told, rules), expected) << "history " << history;
    pruned += expected ? 0 : 1;
  }
  EXPECT_GT(pruned, kHistories / 20);
}

}  // namespace
}  // namespace pegbox

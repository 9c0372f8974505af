#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "bundled.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

/// Trials that measured these losses in the first epoch.
std::vector<Trial> told(const std::vector<double>& losses) {
  std::vector<Trial> trials;
  for (const double loss : losses) {
    trials.push_back(hand_made(static_cast<int>(trials.size()), {loss}, State::pruned));
  }
  return trials;
}

TEST(SuccessiveHalving, KeepsTheBestOfEachFour) {
  const JudgedBy rule("successive-halving");
  EXPECT_TRUE(rule.keeps_after({1.0}, told({2, 3, 4, 5, 6, 7, 8})));
  EXPECT_TRUE(rule.keeps_after({2.5}, told({2, 3, 4, 5, 6, 7, 8}))) << "two of eight";
  EXPECT_FALSE(rule.keeps_after({3.5}, told({2, 3, 4, 5, 6, 7, 8})));
  EXPECT_FALSE(rule.keeps_after({2.5}, told({2, 3, 4, 5, 6, 7}))) << "one of seven";
}

TEST(SuccessiveHalving, KeepsOnlyANewBestAsLongAsThereAreFew) {
  const JudgedBy rule("successive-halving");
  EXPECT_TRUE(rule.keeps_after({9.0}));
  EXPECT_TRUE(rule.keeps_after({1.0}, told({2.0})));
  EXPECT_FALSE(rule.keeps_after({3.0}, told({2.0})));
}

TEST(SuccessiveHalving, HasOtherFactors) {
  const JudgedBy rule("successive-halving", {{"factor", 2}});
  EXPECT_TRUE(rule.keeps_after({2.5}, told({1, 2, 3, 4, 5})));
  EXPECT_FALSE(rule.keeps_after({3.5}, told({1, 2, 3, 4, 5})));
}

/// The epochs at which a trial that is worse than another ends.
std::vector<Budget> judged(const Params& settings, Budget epochs) {
  const JudgedBy rule("successive-halving", settings, {"loss"}, epochs);
  const std::vector<Trial> better = {hand_made(0, std::vector<double>(200, 0.0))};
  std::vector<Budget> result;
  for (std::size_t epoch = 1; epoch < static_cast<std::size_t>(epochs); ++epoch) {
    if (!rule.keeps_after(std::vector<double>(epoch, 1.0), better)) result.push_back(static_cast<Budget>(epoch));
  }
  return result;
}

TEST(SuccessiveHalving, JudgesAtItsRungs) {
  using testing::ElementsAre;
  EXPECT_THAT(judged({}, 100), ElementsAre(1, 4, 16, 64));
  EXPECT_THAT(judged({}, 64), ElementsAre(1, 4, 16));
  EXPECT_THAT(judged({{"min_epochs", 2}, {"factor", 3}}, 60), ElementsAre(2, 6, 18, 54));
  EXPECT_THAT(judged({{"skip", 2}}, 100), ElementsAre(16, 64));
  EXPECT_THAT(judged({{"skip", 60}}, 100), testing::IsEmpty());
}

/// As of a model whose own loop reports every third epoch.
TEST(SuccessiveHalving, JudgesAtTheFirstReportFromARungOn) {
  const auto thirds = [](int number, const std::vector<double>& losses) {
    Trial trial = hand_made(number, losses, State::running);
    for (Report& report : trial.reports) report.epoch *= 3;
    return trial;
  };
  const JudgedBy rule("successive-halving");
  const std::vector<Trial> better = {thirds(0, {0, 0, 0})};
  EXPECT_FALSE(rule.keeps(thirds(1, {1}), better));
  EXPECT_FALSE(rule.keeps(thirds(1, {1, 1}), better)) << "epoch 6, from 4 on";
  EXPECT_TRUE(rule.keeps(thirds(1, {1, 1, 1}), better)) << "epoch 9, and 4 is past";
}

TEST(SuccessiveHalving, ComparesWhatOthersHadAtTheRung) {
  const JudgedBy rule("successive-halving");
  EXPECT_TRUE(rule.keeps_after({3.0}, {hand_made(0, {5.0, 1.0, 0.1})}));
  EXPECT_TRUE(rule.keeps_after({3, 3, 3, 3.0}, {hand_made(0, {1.0, 1.0})})) << "the other one never came so far";
}

TEST(SuccessiveHalving, MaximisesWhereTheObjectiveDoes) {
  const JudgedBy rule("successive-halving", {}, {"loss", true});
  EXPECT_TRUE(rule.keeps_after({3.0}, told({2.0})));
  EXPECT_FALSE(rule.keeps_after({1.0}, told({2.0})));
}

TEST(SuccessiveHalving, PrunesWhatIsNotANumber) {
  EXPECT_FALSE(JudgedBy("successive-halving").keeps_after({std::nan("")}));
}

TEST(SuccessiveHalving, DoesNotCountFailedTrials) {
  EXPECT_TRUE(JudgedBy("successive-halving").keeps_after({3.0}, {hand_made(0, {1.0}, State::failed)}));
}

TEST(SuccessiveHalving, RefusesSeveralObjectives) {
  const Settings settings = resolve("pruner", pruner("successive-halving").settings(), {});
  EXPECT_THROW(pruner("successive-halving").create({{{"a"}, {"b"}}, 9, settings}), StudyError);
}

}  // namespace
}  // namespace pegbox

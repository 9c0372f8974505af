#include <limits>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Threshold, PrunesAboveTheUpperBound) {
  const JudgedBy rule("threshold", {{"upper", 2.0}});
  EXPECT_TRUE(rule.keeps_after({2.0}));
  EXPECT_TRUE(rule.keeps_after({-1e300}));
  EXPECT_FALSE(rule.keeps_after({2.001}));
  EXPECT_FALSE(rule.keeps_after({kInfinity}));
}

TEST(Threshold, PrunesBelowTheLowerBound) {
  const JudgedBy rule("threshold", {{"lower", 0.5}}, {"loss", true});
  EXPECT_TRUE(rule.keeps_after({0.5}));
  EXPECT_TRUE(rule.keeps_after({1e300}));
  EXPECT_FALSE(rule.keeps_after({0.499}));
}

TEST(Threshold, LooksAtTheLastEpoch) {
  const JudgedBy rule("threshold", {{"lower", 0.0}, {"upper", 1.0}});
  EXPECT_TRUE(rule.keeps_after({5.0, 0.5}));
  EXPECT_FALSE(rule.keeps_after({0.5, 5.0}));
}

TEST(Threshold, PrunesWhatIsNotANumber) { EXPECT_FALSE(JudgedBy("threshold", {{"upper", 2.0}}).keeps_after({kNan})); }

TEST(Threshold, JudgesOnceAnIntervalAfterTheFirstEpochs) {
  const JudgedBy rule("threshold", {{"upper", 1.0}, {"warmup", 2}, {"interval", 3}});
  std::vector<std::size_t> judged;
  for (std::size_t epoch = 1; epoch <= 10; ++epoch) {
    if (!rule.keeps_after(std::vector<double>(epoch, 9.0))) judged.push_back(epoch);
  }
  EXPECT_THAT(judged, testing::ElementsAre(3, 6, 9));
}

TEST(Threshold, DoesNotJudgeWhatWasNotMeasured) {
  EXPECT_TRUE(JudgedBy("threshold", {{"upper", 1.0}}, {"accuracy"}).keeps_after({9.0}));
}

TEST(Threshold, NeedsABoundThatCanHold) {
  EXPECT_THAT([] { JudgedBy("threshold"); }, ThrowsMessage<StudyError>(HasSubstr("'lower' or 'upper'")));
  EXPECT_THAT(
      [] {
        JudgedBy("threshold", {{"lower", 2.0}, {"upper", 1.0}});
      },
      ThrowsMessage<StudyError>(HasSubstr("is above its 'upper'")));
}

}  // namespace
}  // namespace pegbox

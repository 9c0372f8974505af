#include <limits>

#include <gmock/gmock.h>

#include "hand_made.hpp"

namespace pegbox {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// The first epoch after which the trial would end, or 0.
std::size_t ends(const JudgedBy& rule, const std::vector<double>& losses) {
  for (std::size_t epoch = 1; epoch <= losses.size(); ++epoch) {
    if (!rule.keeps_after({losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(epoch)})) return epoch;
  }
  return 0;
}

TEST(Patience, EndsSoManyEpochsAfterTheBest) {
  const std::vector<double> losses = {5, 4, 3, 3.5, 3.2, 3.1, 3.3, 3.4};
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 3}}), losses), 6U);
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 1}}), losses), 4U);
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 6}}), losses), 0U);
}

TEST(Patience, StaysAsLongAsItImproves) {
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 2}}), {9, 9.5, 8, 8.5, 7, 7.5, 6, 6.5, 5}), 0U);
}

TEST(Patience, DoesNotTakeTheSameForBetter) {
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 2}}), {1, 1, 1, 1}), 3U);
}

TEST(Patience, WantsMoreThanTheLeastImprovement) {
  const std::vector<double> losses = {1, 0.95, 0.9, 0.85, 0.8, 0.75};
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 2}, {"min_delta", 0.3}}), losses), 3U);
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 2}, {"min_delta", 0.06}}), losses), 0U)
      << "small improvements add up";
}

TEST(Patience, MaximisesWhereTheObjectiveDoes) {
  const JudgedBy rule("patience", {{"patience", 2}}, {"loss", true});
  EXPECT_EQ(ends(rule, {1, 2, 3, 4, 5}), 0U);
  EXPECT_EQ(ends(rule, {5, 4, 3, 2, 1}), 3U);
}

TEST(Patience, TakesNoNumberForNoImprovement) {
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 2}}), {1, kNan, kNan}), 3U);
  EXPECT_EQ(ends(JudgedBy("patience", {{"patience", 2}}), {1, kNan, 0.5, kNan}), 0U);
}

TEST(Patience, LooksAtNoOtherTrial) {
  const JudgedBy rule("patience", {{"patience", 3}});
  const std::vector<Trial> better(20, hand_made(1, {0, 0, 0, 0}));
  EXPECT_TRUE(rule.keeps_after({9, 8, 7}, better));
}

}  // namespace
}  // namespace pegbox

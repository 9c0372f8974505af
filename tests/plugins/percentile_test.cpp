#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "bundled.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

/// Losses 1, 2, … 9 in the only epoch.
std::vector<Trial> nine() {
  std::vector<Trial> trials;
  for (int i = 1; i <= 9; ++i) trials.push_back(hand_made(i, {static_cast<double>(i)}));
  return trials;
}

JudgedBy rule(double percentile, bool maximize = false) {
  return JudgedBy("percentile", {{"percentile", percentile}, {"warmup", 0}}, {"loss", maximize});
}

TEST(Percentile, KeepsThoseAmongTheBest) {
  EXPECT_TRUE(rule(25).keeps_after({3.0}, nine()));
  EXPECT_FALSE(rule(25).keeps_after({3.01}, nine()));
  EXPECT_TRUE(rule(75).keeps_after({7.0}, nine()));
  EXPECT_FALSE(rule(75).keeps_after({7.01}, nine()));
}

TEST(Percentile, IsLinearBetweenTwo) {
  EXPECT_TRUE(rule(30).keeps_after({3.39}, nine()));
  EXPECT_FALSE(rule(30).keeps_after({3.41}, nine()));
}

TEST(Percentile, GoesFromTheBestToTheWorst) {
  EXPECT_TRUE(rule(0).keeps_after({1.0}, nine()));
  EXPECT_FALSE(rule(0).keeps_after({1.01}, nine()));
  EXPECT_TRUE(rule(100).keeps_after({9.0}, nine()));
  EXPECT_FALSE(rule(100).keeps_after({9.01}, nine()));
}

TEST(Percentile, TurnsAroundWhereTheObjectiveIsMaximised) {
  EXPECT_TRUE(rule(25, true).keeps_after({7.0}, nine()));
  EXPECT_FALSE(rule(25, true).keeps_after({6.99}, nine()));
}

TEST(Percentile, OfFiftyIsTheMedianRule) {
  const JudgedBy median("median", {{"warmup", 0}});
  for (const double loss : {4.9, 5.0, 5.1}) {
    EXPECT_EQ(rule(50).keeps_after({loss}, nine()), median.keeps_after({loss}, nine())) << loss;
  }
}

TEST(Percentile, WaitsForTrialsToCompare) {
  const JudgedBy late("percentile", {{"startup", 10}, {"warmup", 0}});
  EXPECT_TRUE(late.keeps_after({99.0}, nine()));
  const JudgedBy patient("percentile", {{"warmup", 1}});
  EXPECT_TRUE(patient.keeps_after({99.0}, nine()));
}

TEST(Percentile, RefusesSeveralObjectives) {
  const Settings settings = resolve("pruner", pruner("percentile").settings(), {});
  EXPECT_THROW(pruner("percentile").create({{{"a"}, {"b"}}, 9, settings}), StudyError);
}

}  // namespace
}  // namespace pegbox

#include <numeric>

#include <gmock/gmock.h>

#include "hand_made.hpp"

namespace pegbox {
namespace {

/// A best trial of losses 0, so that a trial's losses are the differences.
std::vector<Trial> best(std::size_t reports) { return {hand_made(0, std::vector<double>(reports, 0.0))}; }

bool keeps(double p_threshold, const std::vector<double>& differences) {
  return JudgedBy("wilcoxon", {{"p_threshold", p_threshold}}).keeps_after(differences, best(differences.size()));
}

/// The p-value lies between the two thresholds.
void expect_p(const std::vector<double>& differences, double p) {
  EXPECT_TRUE(keeps(p * 0.999, differences)) << p;
  EXPECT_FALSE(keeps(p * 1.001, differences)) << p;
}

TEST(Wilcoxon, HasTheExactProbabilities) {
  expect_p({1, 2}, 0.25);
  expect_p({1, 2, 3}, 0.125);
  expect_p({1, 2, 3, 4, 5}, 1.0 / 32);
  expect_p({-1, 2, 3, 4, 5}, 2.0 / 32);
}

/// One-sided values of the published table for n = 10: T = 8 has 0.0244, T = 10 has 0.0420.
TEST(Wilcoxon, AgreesWithThePublishedTable) {
  expect_p({1, 2, 3, 4, 5, 6, 7, -8, 9, 10}, 25.0 / 1024);
  expect_p({1, 2, 3, 4, 5, 6, 7, 8, 9, -10}, 43.0 / 1024);
}

/// Values of scipy.stats.wilcoxon(…, alternative="greater") of 60 differences, normal approximation.
TEST(Wilcoxon, IsNormalForManyReports) {
  std::vector<double> differences(60);
  std::iota(differences.begin(), differences.end(), 1.0);
  for (std::size_t i = 0; i < 60; i += 3) differences[i] *= -1;
  expect_p(differences, 0.0083665);
}

TEST(Wilcoxon, CountsEqualReportsHalf) {
  EXPECT_TRUE(keeps(1, {0, 0, 0, 0}));
  expect_p({0, 0, 0, 1, 2, 3}, 0.125);
}

/// Ties share their ranks: of the 8 sums of 1.5, 1.5 and 3 three are 4.5 or more.
TEST(Wilcoxon, SharesRanksAmongTies) { expect_p({-1, 1, 5}, 0.375); }

/// Most differences are small and for the other one, few are large: the mean decides.
TEST(Wilcoxon, NeverPrunesWhatIsBetterOnAverage) {
  EXPECT_TRUE(keeps(0.3, {1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, -60}));
  EXPECT_FALSE(keeps(0.3, {1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, -6}));
}

TEST(Wilcoxon, ComparesWithTheBestCompleteTrial) {
  const JudgedBy rule("wilcoxon", {{"p_threshold", 0.2}});
  const std::vector<double> losses = {2, 2.1, 2.2, 2.3};
  const Trial good = hand_made(0, {1, 1, 1, 1}), bad = hand_made(1, {3, 3, 3, 3});
  EXPECT_FALSE(rule.keeps_after(losses, {good, bad}));
  EXPECT_FALSE(rule.keeps_after(losses, {bad, good}));
  EXPECT_TRUE(rule.keeps_after(losses, {bad}));
  EXPECT_TRUE(rule.keeps_after(losses, {hand_made(0, {1, 1, 1, 1}, State::pruned), bad}));
  EXPECT_TRUE(rule.keeps_after(losses));
}

TEST(Wilcoxon, ComparesTheSameReportsOnly) {
  Trial some = hand_made(0, {1, 1, 1, 1, 1});
  some.reports.erase(some.reports.begin());
  const JudgedBy rule("wilcoxon", {{"p_threshold", 0.1}});
  EXPECT_TRUE(rule.keeps_after({9, 2, 2, 2}, {some})) << "three pairs: 0.125";
  EXPECT_FALSE(rule.keeps_after({9, 2, 2, 2, 2}, {some})) << "four pairs: 0.0625";
}

TEST(Wilcoxon, WaitsForReports) {
  const JudgedBy rule("wilcoxon", {{"p_threshold", 1.0}, {"startup", 3}});
  EXPECT_TRUE(rule.keeps_after({1, 2}, best(3)));
  EXPECT_FALSE(rule.keeps_after({1, 2, 3}, best(3)));
}

TEST(Wilcoxon, MaximisesWhereTheObjectiveDoes) {
  const JudgedBy rule("wilcoxon", {{"p_threshold", 0.1}}, {"loss", true});
  EXPECT_FALSE(rule.keeps_after({-1, -2, -3, -4}, best(4)));
  EXPECT_TRUE(rule.keeps_after({1, 2, 3, 4}, best(4)));
}

TEST(Wilcoxon, NeverPrunesWhatIsNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(keeps(1, {1, 2, std::nan(""), 4}));
  EXPECT_TRUE(keeps(1, {1, 2, infinity, 4}));
}

}  // namespace
}  // namespace pegbox

#include <cmath>

#include <gmock/gmock.h>

#include <pegbox/learning_curve.hpp>

namespace pegbox {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// A trial that had these losses at the ends of its epochs.
Trial with(const std::vector<double>& losses) {
  Trial trial;
  for (const double loss : losses) {
    trial.reports.push_back({static_cast<Budget>(trial.reports.size()) + 1, {{"loss", loss}, {"other", -loss}}});
  }
  trial.values = {losses.back()};
  return trial;
}

std::vector<double> levelled_losses(const std::vector<std::vector<double>>& losses, std::size_t enough) {
  const std::vector<Objective> objectives = {{"loss"}};
  std::vector<LearningCurve> curves;
  for (const auto& some : losses) curves.push_back(learning_curve(with(some), objectives));
  std::vector<const LearningCurve*> pointers;
  for (const LearningCurve& one : curves) pointers.push_back(&one);
  return levelled(pointers, enough, 0);
}

TEST(LearningCurve, HasCostsOfEachEpoch) {
  Trial trial = with({3, 2});
  trial.values = {2, 2};
  const std::vector<Objective> objectives = {{"loss"}, {"other", true}};
  const LearningCurve curve = learning_curve(trial, objectives);
  EXPECT_EQ(curve.epochs, 2);
  EXPECT_THAT(curve.costs, ElementsAre(2, -2));
  EXPECT_THAT(curve.on, ElementsAre(Pair(1, ElementsAre(3, 3)), Pair(2, ElementsAre(2, 2))));
}

TEST(LearningCurve, LeavesOutEpochsWhereSomethingIsMissing) {
  Trial trial = with({3, NAN, 1});
  trial.reports[0].metrics.erase("other");
  const std::vector<Objective> both = {{"loss"}, {"other"}};
  EXPECT_THAT(learning_curve(trial, both).on, ElementsAre(Pair(3, ElementsAre(1, -1))));
  trial.values.clear();
  EXPECT_THAT(learning_curve(trial, both).costs, IsEmpty());
}

TEST(Levelled, LeavesCurvesOfOneLengthAlone) {
  EXPECT_THAT(levelled_losses({{3, 1}, {2, 5}, {9, 4}}, 3), ElementsAre(1, 5, 4));
}

TEST(Levelled, TakesTheLongestThatEnoughHaveReached) {
  const std::vector<std::vector<double>> losses = {{9, 8, 7}, {6, 5}, {4, 3}};
  EXPECT_THAT(levelled_losses(losses, 1)[0], 7);
  EXPECT_THAT(levelled_losses(losses, 2), ElementsAre(8, 5, 3));
  EXPECT_THAT(levelled_losses(losses, 3), ElementsAre(8, 5, 3));
  EXPECT_THAT(levelled_losses(losses, 99), ElementsAre(8, 5, 3));
}

/// At epoch 1 the others had 2 and 6, and came to 1 and 3.
TEST(Levelled, CarriesStoppedTrialsOverByRank) {
  const auto cost = [](double loss) { return levelled_losses({{2, 1}, {6, 3}, {loss}}, 2)[2]; };
  EXPECT_THAT(cost(2), DoubleEq(1));
  EXPECT_THAT(cost(4), DoubleEq(2));
  EXPECT_THAT(cost(6), DoubleEq(3));
  EXPECT_THAT(cost(10), DoubleEq(5));
  EXPECT_THAT(cost(0), DoubleEq(0));
}

TEST(Levelled, KeepsTheOrderOfWhatWasStoppedTogether) {
  const auto costs = levelled_losses({{2, 9}, {6, 3}, {5, 5}, {1}, {3}, {5.5}, {5.6}, {100}}, 3);
  for (std::size_t k = 4; k < costs.size(); ++k) EXPECT_GT(costs[k], costs[k - 1]);
}

TEST(Levelled, MovesByTheDifferenceWhereOneCameSoFar) {
  EXPECT_THAT(levelled_losses({{4, 1}, {6}}, 1), ElementsAre(1, 3));
}

TEST(Levelled, DoesWithoutReportsOfEarlierEpochs) {
  Trial whole = with({3, 1});
  whole.reports.erase(whole.reports.begin());
  const std::vector<Objective> objectives = {{"loss"}};
  const LearningCurve curves[] = {learning_curve(whole, objectives), learning_curve(with({7}), objectives)};
  const LearningCurve* pointers[] = {&curves[0], &curves[1]};
  EXPECT_THAT(levelled(pointers, 1, 0), ElementsAre(1, 7));
  EXPECT_THAT(levelled(pointers, 2, 0), ElementsAre(1, 7));
}

}  // namespace
}  // namespace pegbox

#include <gmock/gmock.h>

#include <pegbox/ranking.hpp>

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Points = std::vector<std::vector<double>>;

TEST(Ranking, OfOneObjectiveIsByCost) {
  EXPECT_THAT(ranking(Points{{3}, {1}, {2}, {1}}), ElementsAre(1, 3, 2, 0));
  EXPECT_THAT(ranking(Points{}), IsEmpty());
}

/// Fronts: {0, 1, 2, 3}, {4}, {5}. In the first the ends come first, then the one with more room.
TEST(Ranking, OfSeveralIsByFrontAndRoom) {
  const Points points = {{0, 10}, {1, 9}, {6, 3}, {10, 0}, {7, 8}, {11, 11}};
  EXPECT_THAT(ranking(points), ElementsAre(0, 3, 2, 1, 4, 5));
}

TEST(TrialCosts, TurnMaximisedValuesAround) {
  Trial trial;
  const std::vector<Objective> objectives = {{"loss"}, {"accuracy", true}};
  EXPECT_THAT(trial_costs(trial, objectives), IsEmpty());
  trial.values = {0.25, 0.75};
  EXPECT_THAT(trial_costs(trial, objectives), ElementsAre(0.25, -0.75));
}

}  // namespace
}  // namespace pegbox

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/pareto.hpp>
#include <pegbox/random.hpp>

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Points = std::vector<std::vector<double>>;

/// `levels` above 0: each cost is one of so many, so that there are ties and repeated points.
Points random_points(std::size_t count, std::size_t objectives, int seed, std::uint64_t levels = 0) {
  Random random(static_cast<std::uint64_t>(seed), static_cast<std::int64_t>(count), "points");
  Points points(count, std::vector<double>(objectives));
  for (auto& point : points) {
    for (double& cost : point) {
      cost = levels == 0 ? random.uniform() : static_cast<double>(random.below(levels)) / static_cast<double>(levels);
    }
  }
  return points;
}

std::vector<int> ranks_by_peeling(const Points& points) {
  std::vector<int> ranks(points.size(), -1);
  const auto left = [&](std::size_t i, int rank) { return ranks[i] < 0 || ranks[i] == rank; };
  for (int rank = 0; std::ranges::count(ranks, -1) > 0; ++rank) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (ranks[i] >= 0) continue;
      bool dominated = false;
      for (std::size_t j = 0; j < points.size(); ++j) {
        dominated = dominated || (left(j, rank) && dominates(points[j], points[i]));
      }
      if (!dominated) ranks[i] = rank;
    }
  }
  return ranks;
}

/// By the definition: the nearest neighbours on both sides of each objective.
std::vector<double> crowding_by_neighbours(const Points& points) {
  std::vector<double> distances(points.size(), 0);
  for (std::size_t m = 0; m < points.front().size(); ++m) {
    const auto by = [m](const std::vector<double>& a, const std::vector<double>& b) { return a[m] < b[m]; };
    const double low = (*std::ranges::min_element(points, by))[m], high = (*std::ranges::max_element(points, by))[m];
    for (std::size_t i = 0; i < points.size(); ++i) {
      double below = -std::numeric_limits<double>::infinity(), above = std::numeric_limits<double>::infinity();
      for (const auto& other : points) {
        if (other[m] < points[i][m]) below = std::max(below, other[m]);
        if (other[m] > points[i][m]) above = std::min(above, other[m]);
      }
      distances[i] += (above - below) / (high - low);
    }
  }
  return distances;
}

/// Inclusion and exclusion over all subsets.
double volume_by_inclusion(const Points& points, const std::vector<double>& reference) {
  double volume = 0;
  for (std::size_t subset = 1; subset < std::size_t{1} << points.size(); ++subset) {
    std::vector<double> corner(reference.size(), -std::numeric_limits<double>::infinity());
    double sign = -1;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if ((subset >> i & 1) == 0) continue;
      sign = -sign;
      for (std::size_t m = 0; m < corner.size(); ++m) corner[m] = std::max(corner[m], points[i][m]);
    }
    double box = sign;
    for (std::size_t m = 0; m < corner.size(); ++m) box *= std::max(reference[m] - corner[m], 0.0);
    volume += box;
  }
  return volume;
}

Points without(const Points& points, std::size_t index) {
  Points rest = points;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
  return rest;
}

TEST(Pareto, DominatesWhereNowhereWorseAndSomewhereBetter) {
  EXPECT_TRUE(dominates(std::vector{1.0, 2.0}, std::vector{1.0, 3.0}));
  EXPECT_FALSE(dominates(std::vector{1.0, 2.0}, std::vector{1.0, 2.0}));
  EXPECT_FALSE(dominates(std::vector{1.0, 4.0}, std::vector{2.0, 3.0}));
  EXPECT_FALSE(dominates(std::vector{2.0, 3.0}, std::vector{1.0, 3.0}));
}

TEST(Pareto, RanksAreThoseOfPeelingFrontAfterFront) {
  for (const std::size_t objectives : {1U, 2U, 3U, 5U}) {
    for (int seed = 0; seed < 5; ++seed) {
      for (const std::uint64_t levels : {0U, 3U, 8U}) {
        const Points points = random_points(60, objectives, seed, levels);
        EXPECT_EQ(domination_ranks(points), ranks_by_peeling(points)) << objectives << " " << seed << " " << levels;
      }
    }
  }
}

TEST(Pareto, FrontIsWhatNothingDominates) {
  const Points points = {{3, 1}, {2, 2}, {3, 2}, {1, 3}, {2, 2}, {4, 0}};
  EXPECT_THAT(pareto_front(points), ElementsAre(0, 1, 3, 4, 5));
  EXPECT_THAT(pareto_front(Points()), IsEmpty());
  EXPECT_THAT(domination_ranks(Points()), IsEmpty());
}

TEST(Pareto, CrowdingIsTheBoxBetweenNeighbours) {
  for (const std::size_t objectives : {1U, 2U, 4U}) {
    for (int seed = 0; seed < 5; ++seed) {
      const Points points = random_points(40, objectives, seed);
      const auto expected = crowding_by_neighbours(points);
      const auto got = crowding_distances(points);
      for (std::size_t i = 0; i < points.size(); ++i) EXPECT_DOUBLE_EQ(got[i], expected[i]);
    }
  }
}

TEST(Pareto, AnObjectiveWithoutSpreadAddsNoCrowding) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_THAT(crowding_distances(Points{{0, 5}, {1, 5}, {4, 5}}), ElementsAre(infinite, 1, infinite));
  EXPECT_THAT(crowding_distances(Points{{2, 5}, {2, 5}}), ElementsAre(0, 0));
}

TEST(Pareto, HypervolumeOfTwoObjectivesIsTheStaircase) {
  const std::vector<double> reference = {5, 5};
  EXPECT_DOUBLE_EQ(hypervolume(Points{{1, 4}, {2, 2}, {4, 1}}, reference), 4 + 3 * 2 + 1);
  EXPECT_DOUBLE_EQ(hypervolume(Points{{1, 4}, {2, 2}, {3, 3}, {2, 2}, {6, 0}, {0, 5}}, reference), 4 + 3 * 2);
  EXPECT_DOUBLE_EQ(hypervolume(Points(), reference), 0);
}

TEST(Pareto, HypervolumeIsThatOfInclusionAndExclusion) {
  for (const std::size_t objectives : {1U, 2U, 3U, 4U, 5U}) {
    for (int seed = 0; seed < 6; ++seed) {
      for (const std::uint64_t levels : {0U, 4U}) {
        const Points points = random_points(10, objectives, seed, levels);
        const std::vector<double> reference(objectives, 0.9);
        EXPECT_NEAR(hypervolume(points, reference), volume_by_inclusion(points, reference), 1e-12);
      }
    }
  }
}

/// Of n points on the simplex x + y + z = 1 with grid spacing 1/k, the dominated part of the unit cube is known.
TEST(Pareto, HypervolumeOfASimplexHasItsClosedForm) {
  constexpr int kSteps = 12;
  Points points;
  for (int i = 0; i <= kSteps; ++i) {
    for (int j = 0; i + j <= kSteps; ++j) {
      points.push_back({i / double{kSteps}, j / double{kSteps}, (kSteps - i - j) / double{kSteps}});
    }
  }
  // Of the cells with corner (a, b, c) those are not dominated where a + b + c < k.
  const double cells = kSteps * (kSteps + 1.0) * (kSteps + 2.0) / 6;
  EXPECT_NEAR(hypervolume(points, std::vector{1.0, 1.0, 1.0}), 1 - cells / std::pow(kSteps, 3), 1e-12);
}

TEST(Pareto, AContributionIsWhatIsLostWithoutThePoint) {
  for (const std::size_t objectives : {1U, 2U, 3U, 4U}) {
    for (int seed = 0; seed < 4; ++seed) {
      for (const std::uint64_t levels : {0U, 4U}) {
        const Points points = random_points(15, objectives, seed, levels);
        const std::vector<double> reference(objectives, 0.8);
        const auto contributions = hypervolume_contributions(points, reference);
        const double all = hypervolume(points, reference);
        for (std::size_t i = 0; i < points.size(); ++i) {
          EXPECT_NEAR(contributions[i], all - hypervolume(without(points, i), reference), 1e-12);
        }
      }
    }
  }
}

TEST(Pareto, EachPickOfASubsetAddsMost) {
  for (const std::size_t objectives : {2U, 3U}) {
    for (int seed = 0; seed < 5; ++seed) {
      const Points points = random_points(25, objectives, seed);
      const std::vector<double> reference(objectives, 1);
      Points picked;
      for (const std::size_t pick : hypervolume_subset(points, reference, 6)) {
        double most = 0;
        for (const auto& other : points) {
          Points with = picked;
          with.push_back(other);
          most = std::max(most, hypervolume(with, reference));
        }
        picked.push_back(points[pick]);
        EXPECT_NEAR(hypervolume(picked, reference), most, 1e-12);
      }
    }
  }
}

TEST(Pareto, ASubsetHasDifferentPointsAndNoMoreThanThereAre) {
  const Points points = {{9, 9}, {0, 0}, {0, 0}, {1, 1}};
  EXPECT_THAT(hypervolume_subset(points, std::vector{2.0, 2.0}, 9), ElementsAre(1, 0, 2, 3));
  EXPECT_THAT(hypervolume_subset(points, std::vector{2.0, 2.0}, 0), IsEmpty());
}

}  // namespace
}  // namespace pegbox

#include "importance/decomposition.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

using testing::DoubleNear;

/// Every point of a choice, a boolean and a logarithmic integer, with targets that are random.
Observations all_points() {
  Observations result;
  result.axes = {make_axis(Choice{{std::string("a"), std::string("b"), std::string("c")}}, {}),
                 make_axis(Boolean{}, {}), make_axis(Integer{1, 5, true}, {})};
  result.bins.resize(3);
  Random random(11, 0, "targets");
  for (std::uint8_t a = 0; a < 3; ++a) {
    for (std::uint8_t b = 0; b < 2; ++b) {
      for (std::uint8_t c = 0; c < 5; ++c) {
        result.bins[0].push_back(a);
        result.bins[1].push_back(b);
        result.bins[2].push_back(c);
        result.targets.push_back(random.normal());
      }
    }
  }
  return result;
}

/// Two trees that have something of each order in them.
Boosted two_trees(const Observations& observations) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < observations.size(); ++row) rows.push_back(row);
  const TreeLimits limits{.depth = 4, .fewest = 1, .penalty = 0};
  Boosted function;
  function.scale = 0.5;
  for (int i = 0; i < 2; ++i) {
    Random random(5, i, "tree");
    std::vector<std::uint32_t> some = rows;
    random.shuffle(some);
    some.resize(20);
    function.trees.emplace_back(observations, observations.targets, some, limits);
  }
  return function;
}

/// The mean over all points that agree with these bins; -1: any.
double mean(const Boosted& function, const Observations& observations, const std::array<int, 3>& bins) {
  double sum = 0;
  double weights = 0;
  for (std::size_t row = 0; row < observations.size(); ++row) {
    double weight = 1;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto bin = observations.bins[i][row];
      if (bins[i] >= 0 && bins[i] != bin) weight = 0;
      weight *= observations.axes[i].measure[bin];
    }
    double value = 0;
    for (const Tree& tree : function.trees) value += function.scale * tree.value(observations, row);
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}

/// The variance of the mean over what is not among the axes.
double closed_variance(const Boosted& function, const Observations& observations,
                       const std::vector<std::size_t>& axes) {
  const double all = mean(function, observations, {-1, -1, -1});
  double sum = 0;
  for (std::size_t row = 0; row < observations.size(); ++row) {
    std::array<int, 3> bins{-1, -1, -1};
    double weight = 1;
    for (std::size_t i = 0; i < 3; ++i) weight *= observations.axes[i].measure[observations.bins[i][row]];
    for (const std::size_t axis : axes) bins[axis] = observations.bins[axis][row];
    sum += weight * std::pow(mean(function, observations, bins) - all, 2);
  }
  return sum;
}

TEST(Decomposition, IsThatOfAllPoints) {
  const Observations observations = all_points();
  const Boosted function = two_trees(observations);
  const Decomposition parts = decomposed(function, observations.axes, true, 1);
  const double whole = closed_variance(function, observations, {0, 1, 2});
  ASSERT_GT(whole, 0.01);
  EXPECT_THAT(parts.variance, DoubleNear(whole, 0.01 * whole));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(parts.single[i], DoubleNear(closed_variance(function, observations, {i}), 1e-12)) << i;
  }
  ASSERT_EQ(parts.pairs.size(), 3U);
  for (const auto& pair : parts.pairs) {
    const double both = closed_variance(function, observations, {pair.first, pair.second});
    EXPECT_THAT(pair.variance, DoubleNear(both - parts.single[pair.first] - parts.single[pair.second], 1e-12));
    EXPECT_GT(pair.variance, 0);
  }
}

TEST(Decomposition, OfAConstantIsNothing) {
  const Observations observations = all_points();
  const Decomposition parts = decomposed(Boosted{}, observations.axes, true, 1);
  EXPECT_EQ(parts.variance, 0);
  EXPECT_TRUE(parts.pairs.empty());
}

}  // namespace
}  // namespace pegbox

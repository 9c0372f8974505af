#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>
#include <pegbox/tamed.hpp>

namespace pegbox {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointwise;

using Vector = std::vector<double>;

double moment(const Vector& values, int power) {
  double sum = 0;
  for (const double one : values) sum += std::pow(one, power);
  return sum / static_cast<double>(values.size());
}

/// Normal numbers, each put through a function.
template <class Function>
Vector sample(std::size_t size, std::uint64_t seed, const Function& function) {
  Random random(seed, 0, "sample");
  Vector result(size);
  for (double& one : result) one = function(random.normal());
  return result;
}

double skewed(double z) { return std::exp(2 * z); }

TEST(Tamed, HasMeanZeroAndVarianceOne) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Vector values = tamed(sample(2 + seed * seed, seed, skewed));
    EXPECT_NEAR(moment(values, 1), 0, 1e-12);
    EXPECT_NEAR(moment(values, 2), 1, 1e-12);
  }
}

TEST(Tamed, KeepsTheOrder) {
  Vector values = sample(200, 1, skewed);
  std::ranges::sort(values);
  const Vector after = tamed(values);
  for (std::size_t k = 1; k < values.size(); ++k) EXPECT_GT(after[k], after[k - 1]);
}

TEST(Tamed, DoesNotDependOnUnits) {
  const Vector values = sample(50, 3, skewed);
  Vector moved = values;
  for (double& one : moved) one = 1e5 * one - 300;
  EXPECT_THAT(tamed(moved), Pointwise(DoubleNear(1e-6), tamed(values)));
}

TEST(Tamed, TakesTheTailAway) {
  const Vector values = sample(500, 5, skewed);
  const double mean = moment(values, 1);
  Vector centred = values;
  for (double& one : centred) one -= mean;
  ASSERT_GT(moment(centred, 3) / std::pow(moment(centred, 2), 1.5), 3);
  EXPECT_LT(std::abs(moment(tamed(values), 3)), 0.5);
}

/// They ask for a power near to 1.
TEST(Tamed, LeavesEvenValuesNearlyAsTheyAre) {
  Vector values(101);
  std::iota(values.begin(), values.end(), 0);
  const Vector after = tamed(values);
  EXPECT_NEAR(after[75] - after[50], after[50] - after[25], 0.2);
}

TEST(Tamed, EqualValuesAreZero) {
  EXPECT_THAT(tamed(Vector(7, 3.5)), Each(0));
  EXPECT_THAT(tamed(Vector{1}), ElementsAre(0));
  EXPECT_THAT(tamed(Vector{}), IsEmpty());
}

TEST(Tamed, TakesAnyFiniteValues) {
  constexpr double kMost = std::numeric_limits<double>::max(), kLeast = std::numeric_limits<double>::denorm_min();
  for (const Vector& values : {Vector{kMost, -kMost, 0, 1}, Vector{kMost, 1, 2, 3}, Vector{0, kLeast},
                               Vector{-kMost, -kMost, 1, 1, 1}, Vector{0, kLeast, 1}}) {
    const Vector after = tamed(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_TRUE(std::isfinite(after[i]));
      for (std::size_t j = 0; j < values.size(); ++j) {
        EXPECT_TRUE(values[i] >= values[j] || after[i] <= after[j]);
      }
    }
  }
}

}  // namespace
}  // namespace pegbox

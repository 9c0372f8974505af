#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>

#include <pegbox/lbfgs.hpp>
#include <pegbox/random.hpp>

namespace pegbox {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

using Vector = std::vector<double>;

constexpr double kFar = 1e9;

Box unbounded(std::size_t size) { return {Vector(size, -kFar), Vector(size, kFar)}; }

/// Half of (x − centre)ᵀ A (x − centre) with a random positive definite A.
class Quadratic {
 public:
  Quadratic(std::size_t size, std::uint64_t seed) : matrix_(size, Vector(size, 0)), centre_(size) {
    Random random(seed, 0, "quadratic");
    for (double& one : centre_) one = random.normal();
    std::vector<Vector> root = matrix_;
    for (Vector& row : root) {
      for (double& one : row) one = random.normal();
    }
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        matrix_[i][j] = std::inner_product(root[i].begin(), root[i].end(), root[j].begin(), i == j ? 0.1 : 0.0);
      }
    }
  }

  const Vector& centre() const { return centre_; }

  double operator()(std::span<const double> x, std::span<double> gradient) const {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      gradient[i] = 0;
      for (std::size_t j = 0; j < x.size(); ++j) gradient[i] += matrix_[i][j] * (x[j] - centre_[j]);
      value += gradient[i] * (x[i] - centre_[i]) / 2;
    }
    return value;
  }

 private:
  std::vector<Vector> matrix_;
  Vector centre_;
};

double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  const double bend = x[1] - x[0] * x[0], away = 1 - x[0];
  gradient[0] = -400 * bend * x[0] - 2 * away;
  gradient[1] = 200 * bend;
  return 100 * bend * bend + away * away;
}

TEST(Lbfgs, FindsTheLowestPointOfAQuadratic) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Quadratic quadratic(1 + seed, seed);
    const Minimum found = minimise(quadratic, Vector(1 + seed, 3), unbounded(1 + seed), {1000, 1e-9, 0.1, 0});
    EXPECT_THAT(found.x, Pointwise(DoubleNear(1e-6), quadratic.centre())) << seed;
    EXPECT_LT(found.evaluations, 1000) << seed;
  }
}

TEST(Lbfgs, FollowsTheValleyOfRosenbrock) {
  const Minimum found = minimise(rosenbrock, {-1.2, 1}, unbounded(2), {200, 1e-8, 0.1, 0});
  EXPECT_THAT(found.x, ElementsAre(DoubleNear(1, 1e-6), DoubleNear(1, 1e-6)));
  // Steepest descent takes thousands.
  EXPECT_LT(found.evaluations, 100);
}

/// A lowest point in a box is one where the function rises into the box wherever a side holds a coordinate, and is flat
/// in the others.
TEST(Lbfgs, EndsWhereNothingInTheBoxIsLower) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    constexpr std::size_t kSize = 8;
    const Quadratic quadratic(kSize, seed);
    const Box box = {Vector(kSize, -0.5), Vector(kSize, 0.5)};
    const Minimum found = minimise(quadratic, Vector(kSize, 0), box, {1000, 1e-9, 0.1, 0});
    Vector gradient(kSize);
    EXPECT_EQ(quadratic(found.x, gradient), found.value);
    for (std::size_t i = 0; i < kSize; ++i) {
      ASSERT_GE(found.x[i], -0.5);
      ASSERT_LE(found.x[i], 0.5);
      EXPECT_TRUE(found.x[i] == -0.5 || gradient[i] < 1e-6) << seed;
      EXPECT_TRUE(found.x[i] == 0.5 || gradient[i] > -1e-6) << seed;
    }
  }
}

TEST(Lbfgs, StepsBackFromWhereTheFunctionIsNotDefined) {
  for (const double nothing : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const auto function = [&](std::span<const double> x, std::span<double> gradient) {
      gradient[0] = 1 - 1 / x[0];
      return x[0] > 0 ? x[0] - std::log(x[0]) : nothing;
    };
    const Minimum found = minimise(function, {20}, unbounded(1), {100, 1e-8, 100, 0});
    EXPECT_NEAR(found.x[0], 1, 1e-6);
    EXPECT_NEAR(found.value, 1, 1e-12);
  }
}

TEST(Lbfgs, StaysAtAStartWhereTheFunctionIsNotDefined) {
  const auto function = [](std::span<const double>, std::span<double>) { return std::nan(""); };
  const Minimum found = minimise(function, {2}, unbounded(1));
  EXPECT_EQ(found.x[0], 2);
  EXPECT_EQ(found.evaluations, 1);
  EXPECT_TRUE(std::isinf(found.value));
}

TEST(Lbfgs, IsNeverWorseThanItsStartAndKeepsToTheLimit) {
  Vector gradient(2);
  const double first = rosenbrock(Vector{-1.2, 1}, gradient);
  for (int limit = 1; limit <= 30; ++limit) {
    const Minimum found = minimise(rosenbrock, {-1.2, 1}, unbounded(2), {limit, 0, 0.1, 0});
    EXPECT_LE(found.evaluations, limit);
    EXPECT_LE(found.value, first);
    EXPECT_EQ(found.value, rosenbrock(found.x, gradient));
  }
}

TEST(Lbfgs, BeginsInTheBox) {
  const Minimum found = minimise(rosenbrock, {7, -7}, {{2, 0}, {3, 1}}, {1, 0, 0.1, 0});
  EXPECT_THAT(found.x, ElementsAre(3, 0));
}

TEST(Lbfgs, TakesAFunctionOfNothing) {
  const auto function = [](std::span<const double>, std::span<double>) { return 4.0; };
  EXPECT_EQ(minimise(function, {}, {}).value, 4);
}

}  // namespace
}  // namespace pegbox

#include <cmath>
#include <numbers>

#include <gmock/gmock.h>

#include <pegbox/normal.hpp>

namespace pegbox {
namespace {

double density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

/// The integral of (z − t) φ(t) up to z, by Simpson's rule.
double improvement(double z) {
  constexpr int kSteps = 20'000;
  constexpr double kLength = 20;
  const double step = kLength / kSteps;
  double sum = 0;
  for (int k = 0; k <= kSteps; ++k) {
    const double below = k * step;
    const double weight = k == 0 || k == kSteps ? 1 : (k % 2 == 1 ? 4 : 2);
    sum += weight * below * density(z - below);
  }
  return sum * step / 3;
}

void expect_slope(Slope (*function)(double), double z) {
  const double step = 1e-5 * std::max(1.0, std::abs(z));
  const double slope = (function(z + step).value - function(z - step).value) / (2 * step);
  EXPECT_NEAR(function(z).derivative, slope, 1e-6 * std::max(1.0, std::abs(slope))) << z;
}

TEST(LogNormalCdf, HasThePublishedValues) {
  // M. Abramowitz, I. A. Stegun, "Handbook of mathematical functions", table 26.1, and of log Φ from table 26.2.
  EXPECT_NEAR(std::exp(log_normal_cdf(0).value), 0.5, 1e-15);
  EXPECT_NEAR(std::exp(log_normal_cdf(1).value), 0.841344746068543, 1e-14);
  EXPECT_NEAR(std::exp(log_normal_cdf(-2).value), 0.022750131948179, 1e-14);
  EXPECT_NEAR(log_normal_cdf(-10).value / std::log(10), -23.11805, 5e-6);
  EXPECT_NEAR(log_normal_cdf(-40).value / std::log(10), -349.43701, 5e-6);
}

TEST(LogNormalCdf, IsPreciseInTheUpperTail) {
  EXPECT_NEAR(log_normal_cdf(8).value / (-std::erfc(8 / std::numbers::sqrt2) / 2), 1, 1e-12);
}

/// The bounds of R. D. Gordon (1941): x / (x² + 1) < Φ(−x) / φ(x) < 1 / x.
TEST(LogNormalCdf, LiesBetweenItsBoundsFarOut) {
  for (const double x : {5.5, 20.0, 1e3, 1e6}) {
    const double ratio = log_normal_cdf(-x).value + x * x / 2 + std::log(2 * std::numbers::pi) / 2;
    EXPECT_LE(ratio, -std::log(x) + 1e-9 * x * x);
    EXPECT_GE(ratio, std::log(x / (x * x + 1)) - 1e-9 * x * x);
  }
}

TEST(LogNormalImprovement, IsTheIntegral) {
  for (double z = -8; z <= 8; z += 0.37) {
    EXPECT_NEAR(log_normal_improvement(z).value, std::log(improvement(z)), 1e-9) << z;
  }
}

/// 1 − x Φ(−x) / φ(x) is 1/x² − 3/x⁴ + 15/x⁶ − … far out, between any two partial sums in a row.
TEST(LogNormalImprovement, FollowsItsSeriesFarOut) {
  for (const double x : {20.0, 100.0, 1e4, 1e7}) {
    const double rest = log_normal_improvement(-x).value + x * x / 2 + std::log(2 * std::numbers::pi) / 2;
    const double rounding = 1e-15 * x * x;
    EXPECT_LE(rest, std::log((1 - 3 / (x * x) + 15 / std::pow(x, 4)) / (x * x)) + rounding);
    EXPECT_GE(rest, std::log((1 - 3 / (x * x)) / (x * x)) - rounding);
  }
}

TEST(LogNormalImprovement, GrowsWithoutEnd) {
  EXPECT_NEAR(std::exp(log_normal_improvement(50).value), 50, 1e-12);
  for (double z = -60; z < 60; z += 0.01) {
    EXPECT_LT(log_normal_improvement(z).value, log_normal_improvement(z + 0.01).value) << z;
  }
}

TEST(LogNormal, HasItsSlopes) {
  for (double z = -30; z <= 6; z += 0.77) {
    expect_slope(log_normal_cdf, z);
    expect_slope(log_normal_improvement, z);
  }
}

}  // namespace
}  // namespace pegbox

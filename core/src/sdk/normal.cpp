#include <cmath>
#include <numbers>

#include <pegbox/normal.hpp>

namespace pegbox {
namespace {

constexpr double kLogRootTwoPi = 0.91893853320467274178;

double log_density(double z) { return -z * z / 2 - kLogRootTwoPi; }

double upper_tail(double x) { return std::erfc(x / std::numbers::sqrt2) / 2; }

/// Below this place the functions are written as the density times something that changes slowly.
constexpr double kFar = -5;

/// Φ(−x) / φ(x) for x ≥ 5, and x times it subtracted from 1: x φ(x) / Φ(−x) is close to 1, and the difference is all
/// that is left of the improvement. The continued fraction x + 1/(x + 2/(x + 3/(x + …))), from its far end.
struct Mills {
  explicit Mills(double x) {
    constexpr int kTerms = 100;
    double rest = x;
    for (int k = kTerms; k >= 2; --k) rest = x + k / rest;
    ratio = 1 / (x + 1 / rest);
    lacking = ratio / rest;
  }

  double ratio, lacking;
};

}  // namespace

Slope log_normal_cdf(double z) {
  if (z < kFar) {
    const double ratio = Mills(-z).ratio;
    return {log_density(z) + std::log(ratio), 1 / ratio};
  }
  const double value = z > 0 ? std::log1p(-upper_tail(z)) : std::log(upper_tail(-z));
  return {value, std::exp(log_density(z) - value)};
}

Slope log_normal_improvement(double z) {
  if (z < kFar) {
    const Mills mills(-z);
    return {log_density(z) + std::log(mills.lacking), mills.ratio / mills.lacking};
  }
  const double below = upper_tail(-z);
  const double improvement = std::exp(log_density(z)) + z * below;
  return {std::log(improvement), below / improvement};
}

}  // namespace pegbox

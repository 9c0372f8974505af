#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include <pegbox/tamed.hpp>

namespace pegbox {
namespace {

using Vector = std::vector<double>;

/// Logarithms of the distances from the lowest value; empty where all are equal.
Vector log_distances(std::span<const double> values) {
  constexpr double kAdded = 0.3, kLeast = 1e-6;
  Vector sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double size = std::max(std::abs(sorted.front()), std::abs(sorted.back()));
  if (sorted.front() == sorted.back()) return {};
  const auto part = [&](double value) { return value / size - sorted.front() / size; };
  const double unit = std::max(part(sorted[sorted.size() / 2]), kLeast * part(sorted.back()));
  Vector result;
  for (const double value : values) result.push_back(std::log(part(value) / unit + kAdded));
  return result;
}

double mean(const Vector& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Values whose logarithms these are, raised to a power and moved to mean 0.
Vector raised(const Vector& logs, double power) {
  Vector result = logs;
  if (power != 0) {
    for (double& one : result) one = std::exp(power * one) / power;
  }
  const double middle = mean(result);
  for (double& one : result) one -= middle;
  return result;
}

double variance(const Vector& centred) {
  return std::inner_product(centred.begin(), centred.end(), centred.begin(), 0.0) / static_cast<double>(centred.size());
}

}  // namespace

std::vector<double> tamed(std::span<const double> values) {
  if (values.empty()) return {};
  const Vector logs = log_distances(values);
  if (logs.empty()) return Vector(values.size(), 0);
  double most = -std::numeric_limits<double>::infinity();
  Vector result;
  for (int k = -10; k <= 20; ++k) {
    const double power = k / 20.0;
    Vector changed = raised(logs, power);
    const double spread = variance(changed);
    // By value: the power's own derivative is that of the values, whose logarithms these are.
    const double likelihood = (power - 1) * mean(logs) - std::log(spread) / 2;
    if (likelihood <= most) continue;
    most = likelihood;
    for (double& one : changed) one /= std::sqrt(spread);
    result = std::move(changed);
  }
  return result;
}

}  // namespace pegbox

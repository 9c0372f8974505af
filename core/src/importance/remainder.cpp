#include "remainder.hpp"

#include <pegbox/sobol.hpp>

namespace pegbox {
namespace {

constexpr std::size_t kPoints = 2048;

/// Axes that trees tell points apart by.
std::vector<std::size_t> used_axes(const Boosted& function, std::size_t count) {
  std::vector<bool> used(count);
  for (const Tree& tree : function.trees) {
    for (const Tree::Node& node : tree.nodes()) {
      if (node.axis >= 0) used[static_cast<std::size_t>(node.axis)] = true;
    }
  }
  std::vector<std::size_t> axes;
  for (std::size_t i = 0; i < count; ++i) {
    if (used[i] && axes.size() < Sobol::kMostDimensions) axes.push_back(i);
  }
  return axes;
}

std::vector<std::vector<std::uint8_t>> points_of(const Boosted& function, const std::vector<Axis>& axes,
                                                 std::uint64_t seed) {
  const std::vector<std::size_t> used = used_axes(function, axes.size());
  const Sobol sobol(static_cast<int>(used.size()), seed);
  std::vector<double> places(used.size());
  std::vector<std::vector<std::uint8_t>> points(kPoints, std::vector<std::uint8_t>(axes.size()));
  for (std::size_t i = 0; i < kPoints; ++i) {
    sobol.point(i, places);
    for (std::size_t k = 0; k < used.size(); ++k) {
      points[i][used[k]] = static_cast<std::uint8_t>(axes[used[k]].bin(places[k]));
    }
  }
  return points;
}

}  // namespace

Remainder::Remainder(const Boosted& function, const std::vector<Axis>& axes, std::uint64_t seed)
    : points_(points_of(function, axes, seed)), values_(kPoints) {
  for (const Tree& tree : function.trees) {
    for (std::size_t i = 0; i < kPoints; ++i) values_[i] += function.scale * tree.value(points_[i]);
  }
}

void Remainder::take(double constant) {
  for (double& value : values_) value -= constant;
}

void Remainder::take(std::size_t axis, const std::vector<double>& effect) {
  for (std::size_t i = 0; i < kPoints; ++i) values_[i] -= effect[points_[i][axis]];
}

void Remainder::take(std::size_t first, std::size_t second, const Plane& plane) {
  for (std::size_t i = 0; i < kPoints; ++i) values_[i] -= plane.effect(points_[i][first], points_[i][second]);
}

double Remainder::square() const {
  double sum = 0;
  for (const double value : values_) sum += value * value;
  return sum / kPoints;
}

}  // namespace pegbox

#include "decomposition.hpp"

#include <map>
#include <numeric>
#include <utility>

#include "remainder.hpp"

namespace pegbox {
namespace {

/// Of each axis the effect of each bin: the mean over all others, less the mean of all.
std::vector<std::vector<double>> single_effects(const std::vector<Leaf>& leaves, const std::vector<Axis>& axes) {
  std::vector<std::vector<double>> effects;
  for (const Axis& axis : axes) effects.emplace_back(axis.measure.size() + 1);
  for (const Leaf& leaf : leaves) {
    for (const Side& side : leaf.sides) {
      const double part = weight(leaf, &side);
      each_run(side.bins, [&](std::size_t begin, std::size_t end) {
        effects[side.axis][begin] += part;
        effects[side.axis][end] -= part;
      });
    }
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    auto& effect = effects[i];
    std::partial_sum(effect.begin(), effect.end(), effect.begin());
    effect.pop_back();
    const double mean = std::inner_product(effect.begin(), effect.end(), axes[i].measure.begin(), 0.0);
    for (double& one : effect) one -= mean;
  }
  return effects;
}

double variance_of(const std::vector<double>& effect, const Axis& axis) {
  double sum = 0;
  for (std::size_t k = 0; k < effect.size(); ++k) sum += axis.measure[k] * effect[k] * effect[k];
  return sum;
}

using AxisPair = std::pair<std::size_t, std::size_t>;

struct Corner {
  const Side* first;
  const Side* second;
  double weight;
};

/// Axes that some leaf has sides on both of; others do not interact.
std::map<AxisPair, std::vector<Corner>> corners_of(const std::vector<Leaf>& leaves) {
  std::map<AxisPair, std::vector<Corner>> corners;
  for (const Leaf& leaf : leaves) {
    for (auto first = leaf.sides.begin(); first != leaf.sides.end(); ++first) {
      for (auto second = first + 1; second != leaf.sides.end(); ++second) {
        corners[{first->axis, second->axis}].push_back({&*first, &*second, weight(leaf, &*first, &*second)});
      }
    }
  }
  return corners;
}

}  // namespace

Decomposition decomposed(const Boosted& function, const std::vector<Axis>& axes, bool pairs, std::uint64_t seed) {
  const std::vector<Leaf> leaves = leaves_of(function, axes);
  Remainder remainder(function, axes, seed);
  remainder.take(std::accumulate(leaves.begin(), leaves.end(), 0.0,
                                 [](double sum, const Leaf& leaf) { return sum + weight(leaf); }));
  Decomposition result;
  const auto effects = single_effects(leaves, axes);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    remainder.take(i, effects[i]);
    result.single.push_back(variance_of(effects[i], axes[i]));
    result.variance += result.single.back();
  }
  if (!pairs) {
    result.variance += remainder.square();
    return result;
  }
  for (const auto& [axis, list] : corners_of(leaves)) {
    Plane plane(axes[axis.first], axes[axis.second]);
    for (const Corner& corner : list) plane.add(*corner.first, *corner.second, corner.weight);
    plane.centre();
    remainder.take(axis.first, axis.second, plane);
    result.pairs.push_back({axis.first, axis.second, plane.variance()});
    result.variance += result.pairs.back().variance;
  }
  result.variance += remainder.square();
  return result;
}

}  // namespace pegbox

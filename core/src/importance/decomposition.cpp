#include "decomposition.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <numeric>

#include <pegbox/sobol.hpp>

namespace pegbox {
namespace {

constexpr std::size_t kPoints = 8192;

/// A leaf's side on an axis that it does not span.
struct Side {
  std::size_t axis;
  BinSet bins;
  double length;
};

/// A part of the cube with one value; axes that it spans are left out.
struct Leaf {
  std::vector<Side> sides;
  double value;
};

void narrow(std::vector<Side>& sides, std::size_t axis, BinSet bins, const Axis& all) {
  auto side = std::find_if(sides.begin(), sides.end(), [&](const Side& one) { return one.axis == axis; });
  if (side == sides.end()) side = sides.insert(side, {axis, all.all(), 1});
  side->bins &= bins;
  side->length = all.length(side->bins);
}

void add_leaves(std::vector<Leaf>& leaves, const Tree& tree, int place, const std::vector<Side>& sides,
                const std::vector<Axis>& axes) {
  const Tree::Node& node = tree.nodes()[static_cast<std::size_t>(place)];
  if (node.axis < 0) {
    leaves.push_back({sides, node.value});
    return;
  }
  const auto axis = static_cast<std::size_t>(node.axis);
  for (const int right : {0, 1}) {
    std::vector<Side> narrower = sides;
    narrow(narrower, axis, right == 0 ? node.left : ~node.left, axes[axis]);
    add_leaves(leaves, tree, node.children + right, narrower, axes);
  }
}

std::vector<Leaf> leaves_of(const Boosted& function, const std::vector<Axis>& axes) {
  std::vector<Leaf> leaves;
  for (const Tree& tree : function.trees) add_leaves(leaves, tree, 0, {}, axes);
  for (Leaf& leaf : leaves) {
    leaf.value *= function.scale;
    std::sort(leaf.sides.begin(), leaf.sides.end(), [](const Side& a, const Side& b) { return a.axis < b.axis; });
  }
  return leaves;
}

/// The value times the length of all sides but these.
double weight(const Leaf& leaf, const Side* one, const Side* other = nullptr) {
  double product = leaf.value;
  for (const Side& side : leaf.sides) {
    if (&side != one && &side != other) product *= side.length;
  }
  return product;
}

/// Calls `f(begin, end)` for each run of neighbouring bins.
template <class F>
void each_run(BinSet bins, F f) {
  while (bins != 0) {
    const int begin = std::countr_zero(bins);
    const int end = begin + std::countr_one(bins >> begin);
    f(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
    bins = end == kMostBins ? 0 : bins >> end << end;
  }
}

double mean_of(const double* values, const std::vector<double>& measure) {
  return std::inner_product(measure.begin(), measure.end(), values, 0.0);
}

std::vector<double> single_variances(const std::vector<Leaf>& leaves, const std::vector<Axis>& axes) {
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
  std::vector<double> variances;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    auto& effect = effects[i];
    const auto& measure = axes[i].measure;
    std::partial_sum(effect.begin(), effect.end(), effect.begin());
    const double mean = mean_of(effect.data(), measure);
    double variance = 0;
    for (std::size_t k = 0; k < measure.size(); ++k) variance += measure[k] * (effect[k] - mean) * (effect[k] - mean);
    variances.push_back(variance);
  }
  return variances;
}

/// The mean of the function over all but two axes, up to what depends on one of them alone.
class Plane {
 public:
  Plane(const Axis& first, const Axis& second)
      : first_(first.measure),
        second_(second.measure),
        width_(second_.size() + 1),
        cells_((first_.size() + 1) * width_) {}

  void add(const Side& first, const Side& second, double part) {
    each_run(first.bins, [&](std::size_t top, std::size_t bottom) {
      each_run(second.bins, [&](std::size_t left, std::size_t right) {
        cells_[top * width_ + left] += part;
        cells_[top * width_ + right] -= part;
        cells_[bottom * width_ + left] -= part;
        cells_[bottom * width_ + right] += part;
      });
    });
  }

  double interaction() {
    integrate();
    std::vector<double> rows, columns(second_.size());
    for (std::size_t i = 0; i < first_.size(); ++i) {
      rows.push_back(mean_of(row(i), second_));
      for (std::size_t k = 0; k < columns.size(); ++k) columns[k] += first_[i] * row(i)[k];
    }
    const double mean = mean_of(columns.data(), second_);
    double variance = 0;
    for (std::size_t i = 0; i < first_.size(); ++i) {
      for (std::size_t k = 0; k < columns.size(); ++k) {
        const double effect = row(i)[k] - rows[i] - columns[k] + mean;
        variance += first_[i] * second_[k] * effect * effect;
      }
    }
    return variance;
  }

 private:
  double* row(std::size_t i) { return cells_.data() + i * width_; }

  /// From differences to values.
  void integrate() {
    for (std::size_t i = 0; i < first_.size(); ++i) {
      std::partial_sum(row(i), row(i) + width_, row(i));
      if (i == 0) continue;
      for (std::size_t k = 0; k < width_; ++k) row(i)[k] += row(i - 1)[k];
    }
  }

  const std::vector<double>& first_;
  const std::vector<double>& second_;
  std::size_t width_;
  std::vector<double> cells_;
};

std::vector<Decomposition::Pair> pair_variances(const std::vector<Leaf>& leaves, const std::vector<Axis>& axes) {
  struct Part {
    const Side* first;
    const Side* second;
    double weight;
  };
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Part>> parts;
  for (const Leaf& leaf : leaves) {
    for (auto first = leaf.sides.begin(); first != leaf.sides.end(); ++first) {
      for (auto second = first + 1; second != leaf.sides.end(); ++second) {
        parts[{first->axis, second->axis}].push_back({&*first, &*second, weight(leaf, &*first, &*second)});
      }
    }
  }
  std::vector<Decomposition::Pair> pairs;
  for (const auto& [key, list] : parts) {
    Plane plane(axes[key.first], axes[key.second]);
    for (const Part& part : list) plane.add(*part.first, *part.second, part.weight);
    pairs.push_back({key.first, key.second, plane.interaction()});
  }
  return pairs;
}

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

double whole_variance(const Boosted& function, const std::vector<Axis>& axes, std::uint64_t seed) {
  const std::vector<std::size_t> used = used_axes(function, axes.size());
  const Sobol sobol(static_cast<int>(used.size()), seed);
  std::vector<double> places(used.size());
  std::vector<std::uint8_t> bins(axes.size());
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < kPoints; ++i) {
    sobol.point(i, places);
    for (std::size_t k = 0; k < used.size(); ++k)
      bins[used[k]] = static_cast<std::uint8_t>(axes[used[k]].bin(places[k]));
    double value = 0;
    for (const Tree& tree : function.trees) value += tree.value(bins);
    value *= function.scale;
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kPoints;
  return squares / kPoints - mean * mean;
}

}  // namespace

Decomposition decomposed(const Boosted& function, const std::vector<Axis>& axes, bool pairs, std::uint64_t seed) {
  const std::vector<Leaf> leaves = leaves_of(function, axes);
  Decomposition result;
  result.single = single_variances(leaves, axes);
  if (pairs) result.pairs = pair_variances(leaves, axes);
  double known = std::accumulate(result.single.begin(), result.single.end(), 0.0);
  for (const auto& pair : result.pairs) known += pair.variance;
  // The known parts are exact, so that points which say less are wrong.
  result.variance = std::max(known, whole_variance(function, axes, seed));
  return result;
}

}  // namespace pegbox

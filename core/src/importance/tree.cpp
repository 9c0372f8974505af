#include "tree.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pegbox {
namespace {

struct Sum {
  double total = 0;
  int count = 0;

  Sum operator+(const Sum& other) const { return {total + other.total, count + other.count}; }
  Sum operator-(const Sum& other) const { return {total - other.total, count - other.count}; }
};

using Histogram = std::array<Sum, kMostBins>;

struct Split {
  int axis = -1;
  BinSet left = 0;
  double gain = 1e-12;
};

class Grower {
 public:
  Grower(const Observations& observations, std::span<const double> residuals, std::vector<std::uint32_t> rows,
         const TreeLimits& limits)
      : axes_(observations.axes),
        bins_(observations.bins),
        residuals_(residuals),
        rows_(std::move(rows)),
        limits_(limits) {}

  std::vector<Tree::Node> grow() {
    std::vector<BinSet> region;
    for (const Axis& axis : axes_) region.push_back(axis.all());
    nodes_.emplace_back();
    grow(0, rows_, region, limits_.depth);
    return std::move(nodes_);
  }

 private:
  double score(const Sum& sum) const { return sum.total * sum.total / (sum.count + limits_.penalty); }

  Sum sum_of(std::span<const std::uint32_t> rows) const {
    Sum sum{0, static_cast<int>(rows.size())};
    for (const std::uint32_t row : rows) sum.total += residuals_[row];
    return sum;
  }

  Histogram histogram(std::size_t axis, std::span<const std::uint32_t> rows) const {
    Histogram histogram{};
    const std::uint8_t* bins = bins_[axis].data();
    for (const std::uint32_t row : rows) {
      Sum& sum = histogram[bins[row]];
      sum.total += residuals_[row];
      ++sum.count;
    }
    return histogram;
  }

  /// Bins that have trials, in the order in which a border may stand between them: where there is none, by the mean
  /// residual (W. Fisher, "On grouping for maximum homogeneity", 1958).
  std::vector<int> order(const Axis& axis, const Histogram& histogram) const {
    std::vector<int> bins;
    for (int k = 0; k < axis.size(); ++k) {
      if (histogram[static_cast<std::size_t>(k)].count > 0) bins.push_back(k);
    }
    if (axis.ordered) return bins;
    const auto mean = [&](int k) {
      const Sum& sum = histogram[static_cast<std::size_t>(k)];
      return sum.total / (sum.count + limits_.penalty);
    };
    std::stable_sort(bins.begin(), bins.end(), [&](int a, int b) { return mean(a) < mean(b); });
    return bins;
  }

  /// Makes `best` the best split on the axis where that is better.
  void improve(Split& best, std::size_t index, const Sum& all, std::span<const std::uint32_t> rows,
               BinSet region) const {
    const Axis& axis = axes_[index];
    if (axis.size() < 2) return;
    const Histogram sums = histogram(index, rows);
    const std::vector<int> bins = order(axis, sums);
    Sum left;
    BinSet lower = 0;
    for (std::size_t i = 0; i + 1 < bins.size(); ++i) {
      left = left + sums[static_cast<std::size_t>(bins[i])];
      lower |= BinSet{1} << bins[i];
      const Sum right = all - left;
      if (left.count < limits_.fewest || right.count < limits_.fewest) continue;
      const double gain = score(left) + score(right) - score(all);
      if (gain <= best.gain) continue;
      best = {static_cast<int>(index), lower, gain};
      if (axis.ordered) {
        best.left = (BinSet{1} << ((bins[i] + bins[i + 1] + 1) / 2)) - 1;
      } else if (left.count > right.count) {
        best.left = with_unseen(lower, bins, region);
      }
    }
  }

  /// Bins without trials go where most trials go.
  static BinSet with_unseen(BinSet left, const std::vector<int>& seen, BinSet region) {
    for (const int k : seen) region &= ~(BinSet{1} << k);
    return left | region;
  }

  void grow(std::size_t place, std::span<std::uint32_t> rows, std::vector<BinSet>& region, int depth) {
    const Sum all = sum_of(rows);
    Split split;
    if (depth > 0 && all.count >= 2 * limits_.fewest) {
      for (std::size_t i = 0; i < axes_.size(); ++i) improve(split, i, all, rows, region[i]);
    }
    if (split.axis < 0) {
      nodes_[place].value = all.total / (all.count + limits_.penalty);
      return;
    }
    const auto axis = static_cast<std::size_t>(split.axis);
    const BinSet whole = region[axis];
    const std::size_t children = nodes_.size();
    nodes_[place] = {split.axis, split.left, static_cast<int>(children), 0};
    nodes_.resize(children + 2);
    const std::uint8_t* bins = bins_[axis].data();
    const auto middle = std::partition(rows.begin(), rows.end(),
                                       [&](std::uint32_t row) { return (split.left >> bins[row] & 1U) != 0; });
    const auto left = static_cast<std::size_t>(middle - rows.begin());
    region[axis] = whole & split.left;
    grow(children, rows.first(left), region, depth - 1);
    region[axis] = whole & ~split.left;
    grow(children + 1, rows.subspan(left), region, depth - 1);
    region[axis] = whole;
  }

  const std::vector<Axis>& axes_;
  const std::vector<std::vector<std::uint8_t>>& bins_;
  std::span<const double> residuals_;
  std::vector<std::uint32_t> rows_;
  const TreeLimits& limits_;
  std::vector<Tree::Node> nodes_;
};

}  // namespace

Tree::Tree(const Observations& observations, std::span<const double> residuals, std::vector<std::uint32_t> rows,
           const TreeLimits& limits)
    : nodes_(Grower(observations, residuals, std::move(rows), limits).grow()) {}

template <class Bin>
double Tree::leaf(const Bin& bin) const {
  const Node* node = nodes_.data();
  while (node->axis >= 0) {
    const bool left = (node->left >> bin(static_cast<std::size_t>(node->axis)) & 1U) != 0;
    node = &nodes_[static_cast<std::size_t>(node->children) + (left ? 0 : 1)];
  }
  return node->value;
}

double Tree::value(const Observations& observations, std::size_t row) const {
  return leaf([&](std::size_t axis) { return observations.bins[axis][row]; });
}

double Tree::value(std::span<const std::uint8_t> point) const {
  return leaf([&](std::size_t axis) { return point[axis]; });
}

}  // namespace pegbox

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <pegbox/random.hpp>

struct Row {
  std::array<double, 10> x;
  double y;
};

/// Friedman's first function of five inputs, with noise; the other five inputs say nothing.
inline std::vector<Row> friedman_rows(int count, std::uint64_t seed) {
  std::vector<Row> rows(static_cast<std::size_t>(count));
  pegbox::Random random(seed, 0, "rows");
  for (Row& row : rows) {
    for (double& x : row.x) x = random.uniform();
    const auto& x = row.x;
    row.y = 10 * std::sin(M_PI * x[0] * x[1]) + 20 * std::pow(x[2] - 0.5, 2) + 10 * x[3] + 5 * x[4] + random.normal();
  }
  return rows;
}

/// A regression tree of residuals.
class Tree {
 public:
  using Places = std::vector<std::size_t>;

  /// A leaf has `least` rows or more.
  Tree(const std::vector<Row>& rows, const std::vector<double>& residuals, Places places, int depth, std::size_t least)
      : rows_(rows), residuals_(residuals), least_(least) {
    grow(std::move(places), depth);
  }

  double operator()(const Row& row) const {
    std::size_t at = 0;
    while (nodes_[at].right != 0) at = row.x[nodes_[at].input] < nodes_[at].threshold ? at + 1 : nodes_[at].right;
    return nodes_[at].value;
  }

 private:
  struct Node {
    double value;  ///< mean of the residuals
    std::size_t input = 0;
    double threshold = 0;
    std::size_t right = 0;  ///< 0: a leaf; the left child is the next node
  };

  struct Split {
    double gain = 1e-9;
    std::size_t input = 0;
    double threshold = 0;
  };

  double sum(const Places& places) const {
    return std::accumulate(places.begin(), places.end(), 0.0,
                           [&](double s, std::size_t i) { return s + residuals_[i]; });
  }

  std::size_t grow(Places places, int depth) {
    const std::size_t own = nodes_.size();
    nodes_.push_back({sum(places) / static_cast<double>(places.size())});
    const Split split = depth > 0 ? best_split(places) : Split();
    if (split.threshold == 0) return own;
    const auto middle = std::partition(places.begin(), places.end(),
                                       [&](std::size_t i) { return rows_[i].x[split.input] < split.threshold; });
    grow(Places(places.begin(), middle), depth - 1);
    const std::size_t right = grow(Places(middle, places.end()), depth - 1);
    nodes_[own] = {nodes_[own].value, split.input, split.threshold, right};
    return own;
  }

  Split best_split(Places places) const {
    const double whole = sum(places);
    const auto all = static_cast<double>(places.size());
    Split best;
    for (std::size_t input = 0; input < rows_[0].x.size(); ++input) {
      std::sort(places.begin(), places.end(),
                [&](std::size_t a, std::size_t b) { return rows_[a].x[input] < rows_[b].x[input]; });
      double left = 0;
      for (std::size_t i = 1; i < places.size(); ++i) {
        left += residuals_[places[i - 1]];
        if (i < least_ || places.size() - i < least_) continue;
        const auto n = static_cast<double>(i);
        const double gain = left * left / n + (whole - left) * (whole - left) / (all - n) - whole * whole / all;
        if (gain > best.gain) best = {gain, input, rows_[places[i]].x[input]};
      }
    }
    return best;
  }

  const std::vector<Row>& rows_;
  const std::vector<double>& residuals_;
  std::size_t least_;
  std::vector<Node> nodes_;
};

/// Gradient boosting of the squared error by trees that each see a part of the rows (J. H. Friedman, "Stochastic
/// gradient boosting", 2002).
class Boosting {
 public:
  Boosting(const std::vector<Row>& learned, const std::vector<Row>& held_out, std::uint64_t seed)
      : learned_(learned), held_out_(held_out), random_(seed, 0, "sample") {
    for (const Row& row : learned_) residuals_.push_back(row.y);
    for (const Row& row : held_out_) errors_.push_back(row.y);
  }

  void add_tree(double rate, int depth, std::size_t least, double sample) {
    Tree::Places places;
    for (std::size_t i = 0; i < learned_.size(); ++i) {
      if (random_.uniform() < sample) places.push_back(i);
    }
    const Tree tree(learned_, residuals_, places, depth, least);
    for (std::size_t i = 0; i < learned_.size(); ++i) residuals_[i] -= rate * tree(learned_[i]);
    for (std::size_t i = 0; i < held_out_.size(); ++i) errors_[i] -= rate * tree(held_out_[i]);
  }

  /// On the rows that were held out.
  double rmse() const {
    const double squares = std::inner_product(errors_.begin(), errors_.end(), errors_.begin(), 0.0);
    return std::sqrt(squares / static_cast<double>(errors_.size()));
  }

 private:
  const std::vector<Row>& learned_;
  const std::vector<Row>& held_out_;
  pegbox::Random random_;
  std::vector<double> residuals_, errors_;
};

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <pegbox/random.hpp>

#include "observations.hpp"

namespace pegbox {

/// How a tree may grow.
struct TreeLimits {
  int depth = 5;
  int fewest = 3;      ///< trials in a leaf
  double penalty = 1;  ///< trials with residual 0 that each leaf has besides, so that small ones do not go astray
};

/// A binary regression tree: each inner node sends some bins of one axis to the left and all others to the right.
class Tree {
 public:
  struct Node {
    int axis = -1;  ///< -1: a leaf
    BinSet left = 0;
    double left_part = 0;  ///< how much of the node's part of the axis goes to the left
    int children = 0;      ///< the left one; the right one comes after it
    double value = 0;      ///< of a leaf
  };

  /// Learns the residuals of the trials in `rows`. `residuals` has one for each trial. Where a hyperparameter is
  /// inactive, a bin is drawn for it: the function does not depend on it there.
  Tree(const Observations& observations, std::span<const double> residuals, std::vector<std::uint32_t> rows,
       const TreeLimits& limits, Random& random);

  /// Of a trial of the observations; over all places of what is inactive there.
  double value(const Observations& observations, std::size_t row) const;

  /// At a point that has a bin for each axis.
  double value(std::span<const std::uint8_t> point) const;

  /// The first is the root.
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  std::vector<Node> nodes_;
};

}  // namespace pegbox

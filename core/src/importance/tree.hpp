#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "observations.hpp"

namespace pegbox {

/// How a tree may grow.
struct TreeLimits {
  int depth = 4;
  int fewest = 4;        ///< trials in a leaf
  double penalty = 0.5;  ///< trials with residual 0 that each leaf has besides, so that small ones do not go astray
};

/// A binary regression tree: each inner node sends some bins of one axis to the left and all others to the right.
class Tree {
 public:
  struct Node {
    int axis = -1;  ///< -1: a leaf
    BinSet left = 0;
    int children = 0;  ///< the left one; the right one comes after it
    double value = 0;  ///< of a leaf
  };

  /// Learns the residuals of the trials in `rows`. `residuals` has one for each trial.
  Tree(const Observations& observations, std::span<const double> residuals, std::vector<std::uint32_t> rows,
       const TreeLimits& limits);

  /// Of a trial of the observations.
  double value(const Observations& observations, std::size_t row) const;

  /// At a point that has a bin for each axis.
  double value(std::span<const std::uint8_t> point) const;

  /// The first is the root.
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  template <class Bin>
  double leaf(const Bin& bin) const;

  std::vector<Node> nodes_;
};

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <vector>

#include "tree.hpp"

namespace pegbox {

/// The sum of its trees, each multiplied by `scale`, is a function on the unit cube.
struct Boosted {
  std::vector<Tree> trees;
  double scale = 1;
  double explained = 0;  ///< part of the variance of trials that were held out, 0 … 1
};

/// Boosts trees on all but a part of the trials, for several divisions and each part of them, and takes so many trees
/// of each, and trees so deep, as foretell best what was held out, all together. The result is the mean of these
/// functions.
Boosted boosted(const Observations& observations, int most_trees, std::uint64_t seed);

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <vector>

#include "boosting.hpp"

namespace pegbox {

/// The variance of a function over the unit cube and its parts (the functional analysis of variance).
struct Decomposition {
  struct Pair {
    std::size_t first, second;
    double variance;
  };

  double variance = 0;
  std::vector<double> single;  ///< of each axis
  std::vector<Pair> pairs;     ///< those that are not 0, by their axes
};

/// Parts of one axis and of two are exact. What is left, interactions of three and more, is by points of
/// a Sobol sequence, scrambled by the seed.
Decomposition decomposed(const Boosted& function, const std::vector<Axis>& axes, bool pairs, std::uint64_t seed);

}  // namespace pegbox

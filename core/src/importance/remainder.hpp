#pragma once

#include <cstdint>
#include <vector>

#include "plane.hpp"

namespace pegbox {

/// A function at points of a Sobol sequence, from which what is known of it is taken away bit by bit: the less is left,
/// the less it matters that points are few.
class Remainder {
 public:
  Remainder(const Boosted& function, const std::vector<Axis>& axes, std::uint64_t seed);

  void take(double constant);
  void take(std::size_t axis, const std::vector<double>& effect);  ///< of each bin
  void take(std::size_t first, std::size_t second, const Plane& plane);

  /// The mean of the squares of what is left.
  double square() const;

 private:
  std::vector<std::vector<std::uint8_t>> points_;  ///< each with a bin of each axis
  std::vector<double> values_;
};

}  // namespace pegbox

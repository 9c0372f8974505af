#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pegbox {

/// A Sobol sequence: points that fill the unit cube evenly. With the direction numbers of S. Joe, F. Y. Kuo,
/// "Constructing Sobol sequences with better two-dimensional projections" (2008), in the order of the Gray code, and
/// from point 0 on: dropping it would spoil the balance (A. B. Owen, "On dropping the first Sobol' point", 2020).
///
/// A sequence is a pure function of its seed and holds nothing but tables: any point at any time, on any thread.
class Sobol {
 public:
  /// Most dimensions that there are direction numbers for.
  static constexpr int kMostDimensions = 3667;

  /// Scrambled, so that each point is uniform on its own and the points together are as even as before or more: Owen's
  /// nested uniform scrambling, by a hash (S. Laine, T. Karras, "Stratified sampling for stochastic transparency",
  /// 2011; B. Burley, "Practical hash-based Owen scrambling", 2020; with the hash of N. Vegdahl, "Building a better LK
  /// hash", 2021, since that of 2020 is biased in its leading bits). Coordinates are in the open interval (0, 1).
  ///
  /// Throws `std::invalid_argument` for fewer than 0 or more than `kMostDimensions` dimensions.
  Sobol(int dimensions, std::uint64_t seed);

  /// The sequence as it is published, in [0, 1): the origin, the middle of the cube, (0.75, 0.25, …), ….
  static Sobol unscrambled(int dimensions);

  /// Writes the point's coordinates, as many as there are dimensions. Points are different for indices below 2^32, the
  /// sequence's length; beyond, it begins again. O(dimensions).
  void point(std::uint64_t index, std::span<double> out) const;

  std::size_t dimensions() const { return dimensions_; }

 private:
  explicit Sobol(int dimensions);

  std::size_t dimensions_;
  std::vector<std::uint32_t> directions_;  ///< of each dimension one for each bit of the index
  std::vector<std::uint64_t> keys_;        ///< of each dimension's scrambling; empty: none
};

}  // namespace pegbox

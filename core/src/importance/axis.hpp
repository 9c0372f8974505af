#pragma once

#include <cstdint>
#include <vector>

#include <pegbox/domain.hpp>

namespace pegbox {

/// Most parts that a coordinate is cut into, so that any set of them is one number.
constexpr int kMostBins = 64;

/// A set of bins: bit k stands for bin k.
using BinSet = std::uint64_t;

/// One coordinate of the unit cube, cut into parts that trees do not tell points apart in.
struct Axis {
  bool ordered = true;          ///< neighbouring bins are alike; where not, trees part any bins from any others
  std::vector<double> upper;    ///< where each bin ends; the last at 1
  std::vector<double> measure;  ///< length of each bin; together 1

  int size() const { return static_cast<int>(upper.size()); }
  int bin(double place) const;

  BinSet all() const { return size() == kMostBins ? ~BinSet{0} : (BinSet{1} << size()) - 1; }

  /// Length of these bins together.
  double length(BinSet bins) const;
};

/// A bin for each value where these are few. Otherwise half of the borders are spread evenly over the domain and half
/// over the places, so that where many trials lie, more is told apart.
Axis make_axis(const Domain& domain, std::vector<double> places);

}  // namespace pegbox

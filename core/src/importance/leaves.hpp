#pragma once

#include <bit>
#include <cstddef>
#include <vector>

#include "boosting.hpp"

namespace pegbox {

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

/// All leaves of all trees, sides in the order of the axes.
std::vector<Leaf> leaves_of(const Boosted& function, const std::vector<Axis>& axes);

/// The value times the length of all sides but these.
double weight(const Leaf& leaf, const Side* one = nullptr, const Side* other = nullptr);

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

}  // namespace pegbox

#pragma once

#include <cstddef>
#include <vector>

#include "leaves.hpp"

namespace pegbox {

/// What two axes make together, beyond what each makes on its own.
class Plane {
 public:
  Plane(const Axis& first, const Axis& second);

  /// A leaf's sides on both, and its weight without them.
  void add(const Side& first, const Side& second, double weight);

  /// To be called once, when all is added: leaves the interaction alone.
  void centre();

  double effect(std::size_t first, std::size_t second) const { return cells_[first * width_ + second]; }
  double variance() const;

 private:
  double* row(std::size_t i) { return cells_.data() + i * width_; }
  void integrate();

  const std::vector<double>& first_;
  const std::vector<double>& second_;
  std::size_t width_;
  std::vector<double> cells_;  ///< one more each way, since they begin as differences
};

}  // namespace pegbox

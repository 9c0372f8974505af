#pragma once

#include <cstdint>
#include <vector>

#include "axis.hpp"

namespace pegbox {

/// The bin of a hyperparameter that is inactive.
constexpr std::uint8_t kInactive = 255;

/// Trials as trees see them.
struct Observations {
  std::vector<Axis> axes;                       ///< one for each hyperparameter
  std::vector<std::vector<std::uint8_t>> bins;  ///< of each axis the bin of each trial, or `kInactive`
  std::vector<double> targets;                  ///< what is to be learned; mean 0, variance 1

  std::size_t size() const { return targets.size(); }
};

}  // namespace pegbox

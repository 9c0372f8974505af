#pragma once

#include <limits>

namespace pegbox {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace pegbox

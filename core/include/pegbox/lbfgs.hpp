#pragma once

#include <functional>
#include <span>
#include <vector>

namespace pegbox {

/// A function to be minimised: its value at `x`, and its gradient, written to `gradient`. Infinity and NaN mean that
/// the function is not defined at `x`.
using SmoothFunction = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// The sides of a box; `low[i] <= high[i]`.
struct Box {
  std::vector<double> low, high;
};

/// When a minimisation ends.
struct LbfgsLimits {
  int evaluations = 100;      ///< at most so many values of the function, 1 at least
  double gradient = 1e-6;     ///< no coordinate that may still move has a larger derivative
  double first_step = 0.1;    ///< longest step in a coordinate while nothing is known of the curvature
  double improvement = 1e-9;  ///< a step improves by less, as a part of the value's size (at least 1)
};

struct Minimum {
  std::vector<double> x;
  double value;
  int evaluations;
};

/// Goes downhill in a box from `start`, which is clamped to it: L-BFGS (J. Nocedal, "Updating quasi-Newton matrices
/// with limited storage", 1980) on the coordinates that are not held by a side of the box, with steps that are bent
/// along its sides and shortened until they improve enough (D. P. Bertsekas, "Projected Newton methods for optimization
/// problems with simple constraints", 1982). The result is never worse than the start. Deterministic.
Minimum minimise(const SmoothFunction& function, std::vector<double> start, const Box& box,
                 const LbfgsLimits& limits = {});

}  // namespace pegbox

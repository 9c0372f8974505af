#pragma once

#include <span>
#include <vector>

namespace pegbox {

/// Values of a function that is to be minimised, made fit for a model that takes them as normal: of mean 0 and variance
/// 1, in the same order; all 0 where they are equal. What lies near the lowest one is spread and what is bad anyway is
/// pressed together, as far as the values ask for it: the transformation of G. E. P. Box, D. R. Cox, "An analysis of
/// transformations" (1964), of the distance from the lowest one, with the power between -0.5 and 1 under which they are
/// most likely normal. The distance is measured in parts of that of the median, of which 0.3 are added. `values` are
/// finite.
std::vector<double> tamed(std::span<const double> values);

}  // namespace pegbox

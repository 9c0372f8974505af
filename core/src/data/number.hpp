#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace pegbox {

/// The number that the whole text is, in decimal, whatever the locale; infinite where it is too large for a `double`.
/// `nan` and `inf` are read too, for the caller to refuse.
std::optional<double> parse_number(std::string_view text);

/// Whether it stays a number in 32 bits, as LibTorch will hold it.
inline bool fits_float(double value) { return std::abs(value) <= std::numeric_limits<float>::max(); }

}  // namespace pegbox

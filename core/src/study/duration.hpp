#pragma once

#include "scalar.hpp"

namespace pegbox {

/// A length of time in seconds: `10m`, `1h30m`, `2d`, `0.5s`, or a plain number of seconds; above 0 and at most 1e9.
/// Throws `StudyError`.
double duration(const Entry& entry);

}  // namespace pegbox

#pragma once

#include <cstdint>

#include "scalar.hpp"

namespace pegbox {

/// A number of bytes: `512MB`, `1.5GB`, `800kB` (powers of 1,000) or a plain number; at least 1 and at most 1e15.
/// Throws `StudyError`.
std::int64_t size(const Entry& entry);

}  // namespace pegbox

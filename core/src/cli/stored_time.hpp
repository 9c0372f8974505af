#pragma once

#include <optional>
#include <string>

namespace pegbox {

/// Seconds since 1970 of a time of the store, `2026-11-24 08:00:00.000000`; nothing where it is another text.
std::optional<double> seconds_of(const std::string& time);

}  // namespace pegbox

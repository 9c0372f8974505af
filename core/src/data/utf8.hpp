#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace pegbox {

/// Position of the first byte that is not part of well-formed UTF-8 (RFC 3629), or is zero, which no text has.
std::optional<std::size_t> utf8_fault(std::string_view text);

}  // namespace pegbox

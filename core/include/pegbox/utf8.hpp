#pragma once

#include <cstddef>
#include <string_view>

namespace pegbox {

/// Length of the well-formed UTF-8 sequence that the text begins with, 1 to 4 bytes, or 0 where there is none (table
/// 3-7 of the Unicode standard).
std::size_t utf8_length(std::string_view text);

}  // namespace pegbox

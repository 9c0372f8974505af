#pragma once

#include <concepts>
#include <string>

namespace pegbox {

/// Appends the bytes of a number, lowest first.
template <std::unsigned_integral Number>
void append_little_endian(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
}

}  // namespace pegbox

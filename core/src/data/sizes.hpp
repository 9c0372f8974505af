#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pegbox {

/// The product of sizes, or nothing where one is negative or 64 bits do not hold it.
inline std::optional<std::size_t> product(const std::vector<std::int64_t>& sizes) {
  std::int64_t result = 1;
  for (const std::int64_t size : sizes) {
    if (size < 0 || __builtin_mul_overflow(result, size, &result)) return {};
  }
  return static_cast<std::size_t>(result);
}

/// `[1, 28, 28]`
inline std::string sizes_text(const std::vector<std::int64_t>& sizes) {
  std::string text;
  for (const std::int64_t size : sizes) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return '[' + text + ']';
}

}  // namespace pegbox

#include "memory_text.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace pegbox {

std::string memory_text(std::int64_t bytes) {
  constexpr double kThousand = 1000;
  constexpr std::array<const char*, 4> kUnits{"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  double count = static_cast<double>(bytes) / kThousand;
  std::size_t unit = 0;
  // 999.96 kB is 1 MB, not 1000 kB.
  while (count >= kThousand - 0.05 && unit + 1 < kUnits.size()) {
    count /= kThousand;
    ++unit;
  }
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%.1f", count);
  std::string text = digits.data();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + ' ' + kUnits[unit];
}

}  // namespace pegbox

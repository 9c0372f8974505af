#include "numbered.hpp"

namespace pegbox {

std::string numbered(std::size_t number) {
  constexpr std::size_t kDigits = 5;
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return digits;
}

}  // namespace pegbox

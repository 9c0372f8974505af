#include "short_number.hpp"

#include <array>
#include <cstdio>

namespace pegbox {

std::string short_number(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.5g", number);
  return text.data();
}

}  // namespace pegbox

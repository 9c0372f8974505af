#include "place.hpp"

#include <algorithm>

#include <pegbox/error.hpp>

namespace pegbox {

void refuse_line(const std::string& source, std::size_t line, const std::string& what) {
  throw StudyError(source + ":" + std::to_string(line) + ": " + what);
}

std::string shown(std::string_view value) {
  constexpr std::size_t kLongest = 40;
  std::size_t length = std::min(value.size(), kLongest);
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  while (length < value.size() && length > 0 && continues(value[length])) --length;
  std::string text(value.substr(0, length));
  const auto control = [](char byte) { return static_cast<unsigned char>(byte) < 0x20U || byte == '\x7F'; };
  std::replace_if(text.begin(), text.end(), control, ' ');
  return "'" + text + (length < value.size() ? "…'" : "'");
}

}  // namespace pegbox

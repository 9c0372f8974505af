#include "utf8.hpp"

#include <cstdint>
#include <cstring>

#include <pegbox/utf8.hpp>

namespace pegbox {
namespace {

/// Whether the eight bytes are all ASCII and none is zero.
bool plain(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kTops = 0x8080808080808080U;
  return ((word | (word - kOnes)) & kTops) == 0;
}

}  // namespace

std::optional<std::size_t> utf8_fault(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && plain(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t length = text[at] == '\0' ? 0 : utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return {};
}

}  // namespace pegbox

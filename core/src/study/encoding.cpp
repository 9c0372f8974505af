#include "encoding.hpp"

#include <array>
#include <cstdio>

#include <pegbox/utf8.hpp>

#include "mistake.hpp"

namespace pegbox {
namespace {

unsigned byte(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
}

/// U+0085 is a line end of YAML's.
bool is_control_character(std::string_view text) {
  const unsigned lead = byte(text, 0);
  if (lead == '\r') return byte(text, 1) != '\n';
  if (lead == 0xC2) return byte(text, 1) < 0xA0 && byte(text, 1) != 0x85;
  return (lead < 0x20 && lead != '\t' && lead != '\n') || lead == 0x7F;
}

std::string hex(unsigned value) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%02X", value);
  return text.data();
}

}  // namespace

void check_encoding(std::string_view text, const std::string& source) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    const auto place = [&] { return source + ":" + std::to_string(line) + ":" + std::to_string(column); };
    const std::size_t length = utf8_length(rest);
    if (length == 0) throw mistake(place(), "not UTF-8: byte " + hex(byte(rest, 0)));
    if (is_control_character(rest)) {
      throw mistake(place(), "control character " + hex(byte(rest, length - 1)) + "; this is not a plain text");
    }
    at += length;
    column += length;
    if (rest.front() != '\n') continue;
    ++line;
    column = 1;
  }
}

}  // namespace pegbox

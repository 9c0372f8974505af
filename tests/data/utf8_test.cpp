#include "data/utf8.hpp"

#include <string>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

/// UTF-8 by the definition: the bits of the number dealt to the bytes.
std::string encoded(unsigned code) {
  const auto byte = [](unsigned bits) { return static_cast<char>(bits); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  if (code < 0x10000) return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)),
          byte(0x80 | (code & 0x3F))};
}

TEST(Utf8, EachCodePointIsJudgedByItsNumber) {
  for (unsigned code = 0; code < 0x120000; ++code) {
    const bool letter = code > 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
    ASSERT_EQ(utf8_fault(encoded(code)).has_value(), !letter) << code;
  }
}

TEST(Utf8, OverlongAndTornSequencesAreFaults) {
  for (const std::string_view torn :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\x80", "\xE2\x82", "\xE2\x28\xA1",
        "\xF0\x9F\x98", "\xF5\x80\x80\x80", "\xFE", "\xC3"}) {
    EXPECT_EQ(utf8_fault(torn), 0U) << testing::PrintToString(torn);
  }
}

TEST(Utf8, TheFirstFaultIsFoundWhereverItIs) {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    EXPECT_FALSE(utf8_fault(text).has_value());
    text[at] = '\0';
    EXPECT_EQ(utf8_fault(text), at);
    text[at] = '\xFF';
    EXPECT_EQ(utf8_fault(text), at);
  }
}

}  // namespace
}  // namespace pegbox

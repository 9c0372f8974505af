#include "protobuf.hpp"

#include <bit>

#include <pegbox/utf8.hpp>

#include "little_endian.hpp"

namespace pegbox {
namespace {

constexpr unsigned kVarint = 0;
constexpr unsigned kFixed64 = 1;
constexpr unsigned kLengthDelimited = 2;
constexpr unsigned kFixed32 = 5;

}  // namespace

ProtobufMessage& ProtobufMessage::add_varint(int field, std::uint64_t value) {
  put_key(field, kVarint);
  put_varint(value);
  return *this;
}

ProtobufMessage& ProtobufMessage::add_double(int field, double value) {
  put_key(field, kFixed64);
  append_little_endian(bytes_, std::bit_cast<std::uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::add_float(int field, float value) {
  put_key(field, kFixed32);
  append_little_endian(bytes_, std::bit_cast<std::uint32_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::add_bytes(int field, std::string_view value) {
  put_key(field, kLengthDelimited);
  put_varint(value.size());
  bytes_ += value;
  return *this;
}

ProtobufMessage& ProtobufMessage::add_text(int field, std::string_view value) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string text;
  while (!value.empty()) {
    const std::size_t length = utf8_length(value);
    text += length == 0 ? kReplacement : value.substr(0, length);
    value.remove_prefix(length == 0 ? 1 : length);
  }
  return add_bytes(field, text);
}

void ProtobufMessage::put_key(int field, unsigned wire_type) {
  put_varint(static_cast<std::uint64_t>(field) << 3U | wire_type);
}

/// Seven bits a byte, lowest first; the highest bit says that more follow.
void ProtobufMessage::put_varint(std::uint64_t value) {
  constexpr std::uint64_t kMore = 0x80;
  for (; value >= kMore; value >>= 7U) bytes_ += static_cast<char>(value | kMore);
  bytes_ += static_cast<char>(value);
}

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pegbox {

/// A message of Protocol Buffers in its wire format, written field by field. Written by hand since LibTorch brings a
/// library for it along, which must not meet another one in the same process.
class ProtobufMessage {
 public:
  /// Of the types int32, int64, uint64, bool and enum; a negative number takes ten bytes.
  ProtobufMessage& add_varint(int field, std::uint64_t value);

  ProtobufMessage& add_double(int field, double value);
  ProtobufMessage& add_float(int field, float value);
  ProtobufMessage& add_bytes(int field, std::string_view value);

  /// What is no UTF-8 in the text becomes U+FFFD: readers refuse a whole message for it.
  ProtobufMessage& add_text(int field, std::string_view value);

  ProtobufMessage& add(int field, const ProtobufMessage& message) { return add_bytes(field, message.bytes()); }

  const std::string& bytes() const { return bytes_; }

 private:
  void put_key(int field, unsigned wire_type);
  void put_varint(std::uint64_t value);

  std::string bytes_;
};

}  // namespace pegbox

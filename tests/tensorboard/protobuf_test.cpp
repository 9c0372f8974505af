#include "tensorboard/protobuf.hpp"

#include <limits>
#include <string>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

std::string varint(std::uint64_t value) { return ProtobufMessage().add_varint(1, value).bytes().substr(1); }

TEST(Protobuf, Varints) {
  EXPECT_EQ(varint(0), std::string(1, '\0'));
  EXPECT_EQ(varint(1), "\x01");
  EXPECT_EQ(varint(127), "\x7F");
  EXPECT_EQ(varint(128), "\x80\x01");
  EXPECT_EQ(varint(150), "\x96\x01");
  EXPECT_EQ(varint(16383), "\xFF\x7F");
  EXPECT_EQ(varint(16384), "\x80\x80\x01");
  EXPECT_EQ(varint(std::numeric_limits<std::uint64_t>::max()), std::string(9, '\xFF') + '\x01');
  EXPECT_EQ(varint(static_cast<std::uint64_t>(std::int64_t{-2})), '\xFE' + std::string(8, '\xFF') + '\x01');
}

TEST(Protobuf, KeysNameFieldAndType) {
  EXPECT_EQ(ProtobufMessage().add_varint(1, 150).bytes(), "\x08\x96\x01");
  EXPECT_EQ(ProtobufMessage().add_bytes(2, "testing").bytes(), "\x12\x07testing");
  EXPECT_EQ(ProtobufMessage().add_double(1, 1).bytes(), std::string("\x09\0\0\0\0\0\0\xF0\x3F", 9));
  EXPECT_EQ(ProtobufMessage().add_float(3, -2).bytes(), std::string("\x1D\0\0\0\xC0", 5));
  EXPECT_EQ(ProtobufMessage().add_varint(16, 1).bytes(), "\x80\x01\x01");
  EXPECT_EQ(ProtobufMessage().add(3, ProtobufMessage().add_varint(1, 150)).bytes(), "\x1A\x03\x08\x96\x01");
  EXPECT_EQ(ProtobufMessage().add(3, {}).bytes(), std::string("\x1A\0", 2));
}

TEST(Protobuf, TextsAreUtf8WhateverIsGiven) {
  EXPECT_EQ(ProtobufMessage().add_text(1, "größe €").bytes(), "\x0A\x0Bgröße €");
  EXPECT_EQ(ProtobufMessage().add_text(1, "a\xFF\xC3").bytes(),
            "\x0A\x07"
            "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace pegbox

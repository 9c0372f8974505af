#include "tensorboard/record.hpp"

#include <string>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

TEST(Crc32c, HasThePublishedCheckValue) { EXPECT_EQ(crc32c("123456789"), 0xE3069283U); }

// RFC 3720, B.4.
TEST(Crc32c, OfTheExamplesOfIscsi) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  std::string ascending;
  for (char i = 0; i < 32; ++i) ascending += i;
  EXPECT_EQ(crc32c(ascending), 0x46DD794EU);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Record, HasLengthAndMaskedChecksums) {
  const std::string record = tf_record("123456789");
  ASSERT_EQ(record.size(), 8U + 4U + 9U + 4U);
  EXPECT_EQ(record.substr(0, 8), std::string("\x09\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(record.substr(12, 9), "123456789");
  // 0xE3069283 turned right by 15 places is 0x2507C60D; with 0xA282EAD8 it is 0xC78AB0E5.
  EXPECT_EQ(record.substr(21), "\xE5\xB0\x8A\xC7");
}

TEST(Record, ThatIsEmpty) {
  const std::string record = tf_record("");
  ASSERT_EQ(record.size(), 16U);
  EXPECT_EQ(record.substr(12), "\xD8\xEA\x82\xA2") << "the mask of 0";
}

}  // namespace
}  // namespace pegbox

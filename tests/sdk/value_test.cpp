#include <limits>

#include <gmock/gmock.h>

#include <pegbox/value.hpp>

namespace pegbox {
namespace {

TEST(Value, IsWrittenAsShortAsItReadsBack) {
  EXPECT_EQ(to_string(Value(true)), "true");
  EXPECT_EQ(to_string(Value(false)), "false");
  EXPECT_EQ(to_string(Value(std::int64_t{16})), "16");
  EXPECT_EQ(to_string(Value(0.001)), "0.001");
  EXPECT_EQ(to_string(Value(0.1 + 0.2)), "0.30000000000000004");
  EXPECT_EQ(to_string(Value(std::string("relu"))), "relu");
}

TEST(Value, WritesTheExtremes) {
  EXPECT_EQ(to_string(Value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(to_string(Value(std::numeric_limits<std::int64_t>::max())), "9223372036854775807");
  EXPECT_EQ(to_string(Value(-std::numeric_limits<double>::max())), "-1.7976931348623157e+308");
  EXPECT_EQ(to_string(Value(std::numeric_limits<double>::denorm_min())), "5e-324");
}

TEST(Value, IsANumberOrNot) {
  EXPECT_EQ(as_number(Value(std::int64_t{3})), 3.0);
  EXPECT_EQ(as_number(Value(0.5)), 0.5);
  EXPECT_THROW(as_number(Value(true)), std::bad_variant_access);
  EXPECT_THROW(as_number(Value(std::string("3"))), std::bad_variant_access);
}

}  // namespace
}  // namespace pegbox

#include "tensorboard/event.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "events.hpp"

namespace pegbox {
namespace {

const std::string kAtOne("\x09\0\0\0\0\0\0\xF0\x3F", 9);  // time 1 s

TEST(Event, KnownBytes) {
  EXPECT_EQ(version_event(1), kAtOne + "\x1A\x0D" + "brain.Event:2");
  EXPECT_EQ(start_event(1, 3), kAtOne + "\x10\x03\x3A\x02\x08\x01");
  EXPECT_EQ(scalars_event(1, 300, {{"loss", 0.5}}),
            kAtOne + "\x10\xAC\x02\x2A\x0D\x0A\x0B\x0A\x04loss\x15" + std::string("\0\0\0\x3F", 4));
  EXPECT_EQ(plugin_event(1, "hparams", "t", "d"), kAtOne + "\x2A\x1D\x0A\x1B\x0A\x01t" +
                                                      std::string("\x42\x06\x08\x01\x12\x02\x12\0", 8) +
                                                      "\x4A\x0E\x0A\x0C\x0A\x07hparams\x12\x01" + "d");
}

TEST(Event, AScalarForEachMetric) {
  const auto summary = only_field(scalars_event(0, 1, {{"accuracy", 0.75}, {"loss", 2}}), 5);
  ASSERT_EQ(fields_of(summary).size(), 2U);
  EXPECT_EQ(only_field(fields_of(summary)[0].bytes, 1), "accuracy");
  EXPECT_EQ(only_field(fields_of(summary)[1].bytes, 1), "loss");
}

TEST(Event, ScalarsThatAreNoFloats) {
  const double most = std::numeric_limits<double>::max();
  const auto bits = [](double number) {
    const auto value = only_field(only_field(scalars_event(0, 0, {{"m", number}}), 5), 1);
    return fields_of(value).back().varint;
  };
  EXPECT_EQ(bits(most), 0x7F800000U);
  EXPECT_EQ(bits(-most), 0xFF800000U);
  EXPECT_EQ(bits(INFINITY), 0x7F800000U);
  EXPECT_EQ(bits(NAN) & 0x7FC00000U, 0x7FC00000U);
  EXPECT_EQ(bits(1e-300), 0U);
}

}  // namespace
}  // namespace pegbox

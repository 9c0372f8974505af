#include "importance/axis.hpp"

#include <numeric>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

double length(const Axis& axis) { return std::accumulate(axis.measure.begin(), axis.measure.end(), 0.0); }

TEST(Axis, AFewValuesHaveABinEach) {
  const Axis axis = make_axis(Integer{1, 4}, {});
  EXPECT_THAT(axis.measure, ElementsAre(0.25, 0.25, 0.25, 0.25));
  for (std::int64_t value = 1; value <= 4; ++value) EXPECT_EQ(axis.bin(to_unit(Integer{1, 4}, value)), value - 1);
}

TEST(Axis, ABinIsAsLongAsItsValuesPart) {
  const Integer layers{1, 8, true};
  const Axis axis = make_axis(layers, {});
  ASSERT_EQ(axis.size(), 8);
  for (std::int64_t value = 1; value <= 8; ++value) {
    EXPECT_EQ(axis.bin(to_unit(layers, value)), value - 1);
    EXPECT_EQ(from_unit(layers, axis.upper[static_cast<std::size_t>(value - 1)] - 1e-6), Value(value));
  }
  EXPECT_THAT(length(axis), DoubleNear(1, 1e-12));
}

TEST(Axis, ChoicesHaveNoOrderButNumbersThatAscend) {
  EXPECT_FALSE(make_axis(Choice{{std::string("a"), std::string("b")}}, {}).ordered);
  EXPECT_TRUE(make_axis(Choice{{1.0, 2.0, 8.0}}, {}).ordered);
  EXPECT_FALSE(make_axis(Choice{{2.0, 1.0, 8.0}}, {}).ordered);
}

TEST(Axis, PlacesThatCrowdAreToldApart) {
  std::vector<double> places{0.1, 0.5};
  for (int i = 0; i < 200; ++i) places.push_back(0.9 + i * 1e-4);
  const Axis axis = make_axis(Real{0, 1}, places);
  EXPECT_LE(axis.size(), kMostBins);
  EXPECT_LT(axis.bin(0.1), axis.bin(0.5));
  EXPECT_LT(axis.bin(0.9), axis.bin(0.905));
  EXPECT_LT(axis.bin(0.905), axis.bin(0.91));
  EXPECT_THAT(length(axis), DoubleNear(1, 1e-12));
}

TEST(Axis, SetsOfBinsHaveTheirLength) {
  const Axis axis = make_axis(Real{0, 1}, {});
  EXPECT_THAT(axis.length(axis.all()), DoubleNear(1, 1e-12));
  EXPECT_EQ(axis.length(0), 0);
  EXPECT_THAT(axis.length(0b101), DoubleNear(axis.measure[0] + axis.measure[2], 1e-15));
}

TEST(Axis, OneValueIsOneBin) {
  EXPECT_EQ(make_axis(Real{2, 2}, {0.5}).size(), 1);
  EXPECT_EQ(make_axis(Real{2, 2}, {0.5}).bin(0.5), 0);
}

}  // namespace
}  // namespace pegbox

#include "contract/space_points.hpp"

#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::Contains;
using testing::UnorderedElementsAre;

TEST(SpacePoints, CornersAreEachOnce) {
  const SearchSpace space{{"a", Integer{1, 9}, 5}, {"b", Choice{{"x", "y", "z"}}, "y"}};
  const auto point = [](int a, const char* b) { return Params{{"a", std::int64_t{a}}, {"b", std::string(b)}}; };
  EXPECT_THAT(corners(space), UnorderedElementsAre(point(5, "y"), point(1, "x"), point(9, "z"), point(1, "y"),
                                                   point(9, "y"), point(5, "x"), point(5, "z")));
  EXPECT_THAT(corners({}), UnorderedElementsAre(Params{}));
}

TEST(SpacePoints, WhatIsConditionalIsActiveAtItsCorners) {
  const SearchSpace space{{"layers", Integer{1, 4}, 1},
                          {"width_3", Integer{8, 64}, 16, {at_least("layers", 3)}},
                          {"norm", Choice{{"none", "batch"}}, "none", {at_least("width_3", 32)}},
                          {"rate", Real{0, 1}, 0.5, {{"norm", {std::string("batch")}}}}};
  const auto all = corners(space);
  const auto with_rate = [](double rate) {
    return testing::ResultOf([](const Params& point) { return point.has("rate") ? point.get<double>("rate") : -1; },
                             rate);
  };
  EXPECT_THAT(all, Contains(with_rate(0)));
  EXPECT_THAT(all, Contains(with_rate(1)));
  for (const Params& point : all) EXPECT_EQ(space.fault(point), std::nullopt) << shown(point);
}

TEST(SpacePoints, RandomOnesAreTheSameEachTime) {
  const SearchSpace space{{"a", Real{0, 1}}, {"b", Boolean{}}};
  const auto points = random_points(space, 50);
  EXPECT_EQ(points, random_points(space, 50));
  EXPECT_NE(points[0], points[1]);
  for (const Params& point : points) EXPECT_EQ(space.fault(point), std::nullopt);
  EXPECT_EQ(shown({{"b", true}, {"a", 0.5}}), "a=0.5 b=true");
}

}  // namespace
}  // namespace pegbox

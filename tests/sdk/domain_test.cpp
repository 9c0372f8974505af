#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include <pegbox/domain.hpp>

#include "random_space.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::Optional;

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Choice texts(std::initializer_list<const char*> some) {
  Choice choice;
  for (const char* text : some) choice.choices.emplace_back(std::string(text));
  return choice;
}

/// Discrete domains of every kind, small enough to be listed.
std::vector<Domain> listable() {
  return {Boolean{},
          texts({"relu"}),
          texts({"relu", "tanh", "gelu"}),
          Choice{{16, 32, 64}},
          Choice{{0.1, 1, 10}},
          Integer{5, 5},
          Integer{-3, 4},
          Integer{0, 10, false, 3},
          Integer{1, 1000, true},
          Integer{7, 7, true},
          Integer{kMin, kMin + 100},
          Integer{kMax - 100, kMax},
          Integer{kMax - 101, kMax, false, 7},
          Real{2.5, 2.5},
          Real{0, 0.7, false, 0.1},
          Real{0, 1, false, 0.3},
          Real{-1, 1, false, 0.001},
          Real{1e6, 1e6 + 1, false, 1e-4},
          Real{1.0 / 3, 3, false, 1.0 / 3}};
}

std::vector<Value> values(const Domain& domain) {
  std::vector<Value> result;
  if (const auto* whole = std::get_if<Integer>(&domain)) {
    for (std::int64_t k = 0; k < cardinality(domain); ++k) result.emplace_back(whole->low + k * whole->step);
    return result;
  }
  for (std::int64_t k = 0; k < cardinality(domain); ++k) {
    result.push_back(from_unit(domain, (static_cast<double>(k) + 0.5) / static_cast<double>(cardinality(domain))));
  }
  return result;
}

TEST(Domain, CountsItsValues) {
  EXPECT_EQ(cardinality(Boolean{}), 2);
  EXPECT_EQ(cardinality(texts({"a", "b", "c"})), 3);
  EXPECT_EQ(cardinality(Integer{-3, 4}), 8);
  EXPECT_EQ(cardinality(Integer{0, 10, false, 3}), 4);
  EXPECT_EQ(cardinality(Integer{1, 1000, true}), 1000);
  EXPECT_EQ(cardinality(Integer{kMin, kMin + (1LL << 50)}), (1LL << 50) + 1);
  EXPECT_EQ(cardinality(Integer{kMax, kMax}), 1);
  EXPECT_EQ(cardinality(Real{0, 1}), 0);
  EXPECT_EQ(cardinality(Real{1, 2, true}), 0);
  EXPECT_EQ(cardinality(Real{2.5, 2.5}), 1);
  EXPECT_EQ(cardinality(Real{0, 0.7, false, 0.1}), 8);
  EXPECT_EQ(cardinality(Real{0.1, 0.7, false, 0.1}), 7);
  EXPECT_EQ(cardinality(Real{0, 1, false, 0.3}), 4);
  EXPECT_EQ(cardinality(Real{0, 1e9, false, 0.1}), 10'000'000'001);
}

TEST(Domain, EachValueComesBackFromItsPlace) {
  for (const Domain& domain : listable()) {
    ASSERT_EQ(fault(domain), std::nullopt) << to_string(domain);
    double previous = -1;
    for (const Value& value : values(domain)) {
      EXPECT_EQ(misfit(domain, value), std::nullopt) << to_string(domain);
      const double place = to_unit(domain, value);
      EXPECT_GT(place, previous) << to_string(domain) << " at " << to_string(value);
      EXPECT_GE(place, 0);
      EXPECT_LE(place, 1);
      EXPECT_EQ(from_unit(domain, place), value) << to_string(domain);
      previous = place;
    }
  }
}

/// Cutting [0, 1] finely finds each value of a discrete domain, and nothing else.
TEST(Domain, PlacesReachEachValueOnce) {
  for (const Domain& domain : listable()) {
    std::vector<Value> found;
    constexpr int kPlaces = 100'000;
    for (int i = 0; i <= kPlaces; ++i) {
      Value value = from_unit(domain, i / static_cast<double>(kPlaces));
      if (found.empty() || found.back() != value) found.push_back(std::move(value));
    }
    EXPECT_EQ(found, values(domain)) << to_string(domain);
  }
}

TEST(Domain, EqualPartsForEqualValues) {
  const Domain four = Integer{0, 3};
  EXPECT_EQ(from_unit(four, 0.0), Value(0));
  EXPECT_EQ(from_unit(four, 0.2499), Value(0));
  EXPECT_EQ(from_unit(four, 0.25), Value(1));
  EXPECT_EQ(from_unit(four, 1.0), Value(3));
  EXPECT_EQ(to_unit(four, Value(2)), 0.625);
  EXPECT_EQ(to_unit(Boolean{}, Value(true)), 0.75);
}

TEST(Domain, LogIsEvenInTheLogarithm) {
  const Domain rate = Real{1e-4, 1e-0, true};
  EXPECT_NEAR(std::get<double>(from_unit(rate, 0.25)), 1e-3, 1e-15);
  EXPECT_NEAR(to_unit(rate, Value(1e-2)), 0.5, 1e-15);
  EXPECT_EQ(from_unit(rate, 0), Value(1e-4));
  EXPECT_EQ(from_unit(rate, 1), Value(1.0));
  const Domain width = Integer{1, 8, true};
  EXPECT_NEAR(to_unit(width, Value(2)), std::log(2 / 0.5) / std::log(8.5 / 0.5), 1e-15);
}

TEST(Domain, RealPlacesAndValuesAreInverse) {
  Random random(1, 0, "domain");
  const std::vector<Domain> domains = {Real{0, 1}, Real{-1e300, 1e300 / 2}, Real{1e-300, 1e300, true}, Real{5, 5.001}};
  for (const Domain& domain : domains) {
    double previous_place = 0;
    auto previous = std::get<double>(from_unit(domain, 0));
    for (int i = 1; i <= 1000; ++i) {
      const double place = i / 1000.0;
      const auto value = std::get<double>(from_unit(domain, place));
      EXPECT_EQ(misfit(domain, value), std::nullopt);
      EXPECT_GT(value, previous);
      EXPECT_NEAR(to_unit(domain, value), place, 1e-9);
      EXPECT_GT(to_unit(domain, value), previous_place);
      previous_place = to_unit(domain, value);
      previous = value;
    }
  }
}

TEST(Domain, SurvivesTheNarrowestRanges) {
  for (const double low : {1.0, 1e300, 1e-300}) {
    for (const bool log : {false, true}) {
      const Domain domain = Real{low, std::nextafter(low, kInfinity), log};
      for (const double place : {0.0, 0.5, 1.0}) {
        const Value value = from_unit(domain, place);
        EXPECT_EQ(misfit(domain, value), std::nullopt);
        EXPECT_GE(to_unit(domain, value), 0);
        EXPECT_LE(to_unit(domain, value), 1);
      }
    }
  }
}

TEST(Domain, LargestRangesTellNeighboursApart) {
  Random random(1, 0, "domain");
  const std::vector<Domain> domains = {Integer{0, 1LL << 50}, Integer{kMax - (1LL << 50), kMax},
                                       Integer{1, 1LL << 40, true}, Real{0, 1e12, false, 1}};
  for (const Domain& domain : domains) {
    ASSERT_EQ(fault(domain), std::nullopt) << to_string(domain);
    for (int i = 0; i < 10'000; ++i) {
      const double place = i < 100 ? 1 - i * 1e-15 : random.uniform();
      const Value value = from_unit(domain, place);
      EXPECT_EQ(misfit(domain, value), std::nullopt) << to_string(domain);
      EXPECT_EQ(from_unit(domain, to_unit(domain, value)), value) << to_string(domain);
    }
  }
  EXPECT_THAT(fault(Integer{0, 1LL << 51}), Optional(HasSubstr("too large")));
  EXPECT_THAT(fault(Integer{kMin, kMax}), Optional(HasSubstr("too large")));
  EXPECT_THAT(fault(Integer{1, 1LL << 41, true}), Optional(HasSubstr("1099511627776")));
}

TEST(Domain, StepsGiveTheDecimalsThatWereMeant) {
  const Domain domain = Real{0, 0.7, false, 0.1};
  const std::vector<Value> expected = {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
  EXPECT_EQ(values(domain), expected);
}

TEST(Domain, ValuesOfFineStepsBelong) {
  const std::vector<Domain> domains = {Real{0, 1, false, 1e-12}, Real{1e6, 1e6 + 1, false, 1e-6},
                                       Real{-1e-3, 1e-3, false, 1e-9}};
  Random random(1, 0, "domain");
  for (const Domain& domain : domains) {
    ASSERT_EQ(fault(domain), std::nullopt) << to_string(domain);
    for (int i = 0; i < 1000; ++i) {
      const Value value = from_unit(domain, random.uniform());
      EXPECT_EQ(misfit(domain, value), std::nullopt) << to_string(domain);
      EXPECT_EQ(from_unit(domain, to_unit(domain, value)), value) << to_string(domain);
    }
  }
  EXPECT_THAT(fault(Real{1e6, 1e6 + 1, false, 1e-10}), Optional(HasSubstr("too small")));
}

TEST(Domain, HasFaults) {
  EXPECT_THAT(fault(Real{1, 0}), Optional(std::string("low 1 is above high 0")));
  EXPECT_THAT(fault(Real{0, 1, true}), Optional(HasSubstr("log needs low above 0")));
  EXPECT_THAT(fault(Real{-1, 1, true}), Optional(HasSubstr("log needs low above 0, not -1")));
  EXPECT_THAT(fault(Real{1, 2, true, 0.1}), Optional(HasSubstr("log and step")));
  EXPECT_THAT(fault(Real{0, 1, false, 2}), Optional(HasSubstr("larger than the range")));
  EXPECT_THAT(fault(Real{0, 1, false, -1}), Optional(HasSubstr("step")));
  EXPECT_THAT(fault(Real{0, 1, false, kNan}), Optional(HasSubstr("step")));
  EXPECT_THAT(fault(Real{0, kInfinity}), Optional(HasSubstr("finite")));
  EXPECT_THAT(fault(Real{kNan, 1}), Optional(HasSubstr("finite")));
  EXPECT_THAT(fault(Real{-1.5e308, 1.5e308}), Optional(HasSubstr("too large")));
  EXPECT_THAT(fault(Integer{2, 1}), Optional(std::string("low 2 is above high 1")));
  EXPECT_THAT(fault(Integer{kMax, kMin}), Optional(HasSubstr("is above high")));
  EXPECT_THAT(fault(Integer{0, 9, true}), Optional(HasSubstr("log needs low of 1 or more, not 0")));
  EXPECT_THAT(fault(Integer{1, 9, true, 2}), Optional(HasSubstr("log and step")));
  EXPECT_THAT(fault(Integer{1, 9, false, 0}), Optional(HasSubstr("step must be 1 or more, not 0")));
  EXPECT_THAT(fault(Integer{1, 9, false, 9}), Optional(HasSubstr("larger than the range")));
  EXPECT_THAT(fault(Choice{}), Optional(HasSubstr("no choices")));
  EXPECT_THAT(fault(Choice{{1, std::string("a")}}), Optional(HasSubstr("different kinds: 1 and a")));
  EXPECT_THAT(fault(Choice{{1, true}}), Optional(HasSubstr("different kinds")));
  EXPECT_THAT(fault(Choice{{1, 2, 1.0}}), Optional(HasSubstr("choice 1 stands there twice")));
  EXPECT_THAT(fault(Choice{{1.0, kInfinity}}), Optional(HasSubstr("finite")));
  EXPECT_EQ(fault(Choice{{1, 2.5}}), std::nullopt);
  EXPECT_EQ(fault(Choice{{kMax, kMax - 1}}), std::nullopt);
}

TEST(Domain, RefusesWhatDoesNotBelong) {
  EXPECT_THAT(misfit(Real{0, 1}, 2.0), Optional(std::string("2 is outside 0..1")));
  EXPECT_THAT(misfit(Real{0, 1}, kNan), Optional(HasSubstr("outside")));
  EXPECT_THAT(misfit(Real{0, 1}, 1), Optional(HasSubstr("not a real number")));
  EXPECT_THAT(misfit(Real{0, 1, false, 0.25}, 0.3), Optional(std::string("0.3 is off the step 0.25 from 0")));
  EXPECT_EQ(misfit(Real{0, 0.7, false, 0.1}, 0.1 + 0.2), std::nullopt);
  EXPECT_THAT(misfit(Integer{0, 9}, 10), Optional(std::string("10 is outside 0..9")));
  EXPECT_THAT(misfit(Integer{0, 9}, 1.0), Optional(HasSubstr("not a whole number")));
  EXPECT_THAT(misfit(Integer{kMin, kMin + 9, false, 3}, kMin + 4), Optional(HasSubstr("off the step 3")));
  EXPECT_EQ(misfit(Integer{kMin, kMin + 9, false, 3}, kMin + 6), std::nullopt);
  EXPECT_THAT(misfit(texts({"a", "b"}), std::string("c")), Optional(std::string("c is not one of a, b")));
  EXPECT_THAT(misfit(Choice{{1, 2}}, 1.0), Optional(HasSubstr("not one of")));
  EXPECT_THAT(misfit(Boolean{}, 1), Optional(HasSubstr("neither true nor false")));
}

TEST(Domain, KnowsWhatIsOrdered) {
  EXPECT_TRUE(ordered(Real{0, 1}));
  EXPECT_TRUE(ordered(Integer{0, 1}));
  EXPECT_TRUE(ordered(Choice{{16, 32, 64.5}}));
  EXPECT_FALSE(ordered(Choice{{32, 16, 64}}));
  EXPECT_FALSE(ordered(texts({"a", "b"})));
  EXPECT_FALSE(ordered(Boolean{}));
}

TEST(Domain, ConformsNumbers) {
  EXPECT_EQ(conform(Real{0, 1}, 1), Value(1.0));
  EXPECT_EQ(conform(Integer{0, 9}, 3.0), Value(3));
  EXPECT_EQ(conform(Integer{0, 9}, 3.5), Value(3.5));
  EXPECT_EQ(conform(Integer{0, kMax}, kMax), Value(kMax));
  EXPECT_EQ(conform(Integer{0, 9}, kInfinity), Value(kInfinity));
  EXPECT_EQ(conform(Choice{{16, 32}}, 16.0), Value(16));
  EXPECT_EQ(conform(Choice{{1.0, 2.5}}, 1), Value(1.0));
  EXPECT_EQ(conform(Choice{{kMax - 1, kMax}}, kMax), Value(kMax));
  EXPECT_EQ(conform(Choice{{1, 2}}, 3), Value(3));
  EXPECT_EQ(conform(Real{0, 1}, true), Value(true));
  EXPECT_EQ(conform(Real{0, 1}, std::string("1")), Value(std::string("1")));
}

TEST(Domain, IsDescribed) {
  EXPECT_EQ(to_string(Domain(Real{0.001, 0.1, true})), "real 0.001..0.1 log");
  EXPECT_EQ(to_string(Domain(Real{0, 1, false, 0.25})), "real 0..1 step 0.25");
  EXPECT_EQ(to_string(Domain(Integer{1, 4})), "integer 1..4");
  EXPECT_EQ(to_string(Domain(Integer{0, 8, false, 2})), "integer 0..8 step 2");
  EXPECT_EQ(to_string(Domain(texts({"relu", "tanh"}))), "one of relu, tanh");
  EXPECT_EQ(to_string(Domain(Boolean{})), "true or false");
}

}  // namespace
}  // namespace pegbox

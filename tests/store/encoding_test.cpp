#include "store/encoding.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "infinity.hpp"
#include "random_space.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

Value text(const char* value) { return std::string(value); }
Value whole(std::int64_t value) { return value; }

// Optuna's own texts, but for the spaces.
TEST(Encoding, DistributionsAreOptunas) {
  EXPECT_EQ(distribution_json(Real{1e-5, 0.1, true}),
            R"({"name":"FloatDistribution","attributes":{"step":null,"low":1e-05,"high":0.1,"log":true}})");
  EXPECT_EQ(distribution_json(Real{0, 0.5, false, 0.1}),
            R"({"name":"FloatDistribution","attributes":{"step":0.1,"low":0.0,"high":0.5,"log":false}})");
  EXPECT_EQ(distribution_json(Integer{16, 256, false, 16}),
            R"({"name":"IntDistribution","attributes":{"log":false,"step":16,"low":16,"high":256}})");
  EXPECT_EQ(distribution_json(Choice{{text("relu"), text("gelu"), text("tanh")}}),
            R"({"name":"CategoricalDistribution","attributes":{"choices":["relu","gelu","tanh"]}})");
  EXPECT_EQ(distribution_json(Choice{{whole(2), Value(2.5)}}),
            R"({"name":"CategoricalDistribution","attributes":{"choices":[2,2.5]}})");
  EXPECT_EQ(distribution_json(Boolean{}),
            R"({"name":"CategoricalDistribution","attributes":{"choices":[false,true]}})");
}

TEST(Encoding, HighIsLoweredOntoTheGrid) {
  EXPECT_EQ(distribution_json(Real{0, 0.55, false, 0.1}),
            R"({"name":"FloatDistribution","attributes":{"step":0.1,"low":0.0,"high":0.5,"log":false}})");
  EXPECT_EQ(distribution_json(Integer{1, 10, false, 4}),
            R"({"name":"IntDistribution","attributes":{"log":false,"step":4,"low":1,"high":9}})");
}

TEST(Encoding, InternalValuesAreNumbersOrPlaces) {
  EXPECT_THAT(internal_value(Real{0, 1}, 0.25), Optional(0.25));
  EXPECT_THAT(internal_value(Integer{1, 9}, whole(4)), Optional(4.0));
  EXPECT_THAT(internal_value(Choice{{text("relu"), text("tanh")}}, text("tanh")), Optional(1.0));
  EXPECT_THAT(internal_value(Boolean{}, false), Optional(0.0));
  EXPECT_THAT(internal_value(Boolean{}, true), Optional(1.0));
  EXPECT_EQ(internal_value(Choice{{text("relu")}}, text("tanh")), std::nullopt);
  EXPECT_EQ(internal_value(Integer{1, 9}, whole(10)), std::nullopt);
}

TEST(Encoding, ChoicesHaveTheirOwnTypes) {
  const auto distribution = Distribution::parse(
      R"({"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 2, 2.5, "x"]}})");
  ASSERT_TRUE(distribution);
  EXPECT_EQ(distribution->value(0), std::nullopt);
  EXPECT_THAT(distribution->value(1), Optional(Eq(Value(true))));
  EXPECT_THAT(distribution->value(2), Optional(Eq(whole(2))));
  EXPECT_THAT(distribution->value(3), Optional(Eq(Value(2.5))));
  EXPECT_THAT(distribution->value(4), Optional(Eq(text("x"))));
  for (const double place : {-1.0, 5.0, 1e300, std::nan("")}) EXPECT_EQ(distribution->value(place), std::nullopt);
}

TEST(Encoding, EarlierDistributionsAreRead) {
  for (const char* const name : {"UniformDistribution", "LogUniformDistribution", "DiscreteUniformDistribution"}) {
    const auto real = Distribution::parse(R"({"name":")" + std::string(name) + R"(","attributes":{"low":0,"high":1}})");
    ASSERT_TRUE(real) << name;
    EXPECT_THAT(real->value(0.5), Optional(Eq(Value(0.5))));
  }
  const auto integer = Distribution::parse(R"({"name":"IntUniformDistribution","attributes":{"low":0,"high":9}})");
  ASSERT_TRUE(integer);
  EXPECT_THAT(integer->value(3), Optional(Eq(whole(3))));
}

TEST(Encoding, OthersJsonIsSkippedNotFatal) {
  for (const char* const json :
       {"", "{", "[]", "7", R"({"name":"FloatDistribution"})", R"({"name":"Odd","attributes":{}})",
        R"({"name":"CategoricalDistribution","attributes":{"choices":[NaN]}})",
        R"({"name":"CategoricalDistribution","attributes":[]})", R"({"name":7,"attributes":{}})"}) {
    EXPECT_FALSE(Distribution::parse(json)) << json;
  }
  EXPECT_THAT(params_from(R"({"x": NaN})"), SizeIs(0));
  EXPECT_THAT(params_from("[1]"), SizeIs(0));
  EXPECT_EQ(params_from(R"({"a": null, "b": [1], "c": 1})"), Params({{"c", whole(1)}}));
  EXPECT_THAT(names_from("Infinity"), IsEmpty());
  EXPECT_THAT(names_from(R"(["a", 3])"), ElementsAre("a", ""));
  EXPECT_THAT(metrics_from("\xff"), IsEmpty());
}

TEST(Encoding, TypedNumbersAreOptunas) {
  EXPECT_EQ(typed(kInfinity).type, "INF_POS");
  EXPECT_EQ(typed(-kInfinity).type, "INF_NEG");
  EXPECT_EQ(typed(std::nan("")).type, "NAN");
  EXPECT_EQ(typed(0.5).type, "FINITE");
  EXPECT_FALSE(typed(kInfinity).finite);
  EXPECT_EQ(number_from(0, "INF_POS"), kInfinity);
  EXPECT_EQ(number_from(0, "INF_NEG"), -kInfinity);
  EXPECT_TRUE(std::isnan(number_from(0, "NAN")));
  EXPECT_EQ(number_from(0.25, "FINITE"), 0.25);
}

TEST(Encoding, StatesAreOptunas) {
  EXPECT_EQ(optuna_state(State::paused), "RUNNING");
  EXPECT_EQ(optuna_state(State::running), "RUNNING");
  EXPECT_EQ(optuna_state(State::complete), "COMPLETE");
  EXPECT_EQ(optuna_state(State::pruned), "PRUNED");
  EXPECT_EQ(optuna_state(State::failed), "FAIL");
  EXPECT_EQ(optuna_state(State::waiting), "WAITING");
  EXPECT_THAT(state_from("RUNNING"), Optional(State::running));
  EXPECT_EQ(state_from("running"), std::nullopt);
}

TEST(Encoding, MetricsComeBackBitForBit) {
  Random random(1, 0, "bits");
  Metrics metrics = {{"zero", -0.0}, {"tiny", 5e-324}, {"inf", kInfinity}, {"-inf", -kInfinity}, {"whole", 3.0}};
  for (int i = 0; i < 2000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isnan(number)) metrics["m" + std::to_string(i)] = number;
  }
  const Metrics back = metrics_from(metrics_json(metrics));
  ASSERT_THAT(back, SizeIs(metrics.size()));
  for (const auto& [name, number] : metrics) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back.at(name)), std::bit_cast<std::uint64_t>(number)) << name;
  }
  EXPECT_EQ(metrics_json({{"loss", std::nan("")}}), R"({"loss":"nan"})");
  EXPECT_TRUE(std::isnan(metrics_from(R"({"loss":"nan"})").at("loss")));
}

TEST(Encoding, PointsOfRandomSpacesComeBack) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const SearchSpace space = random_space(seed);
    Random random(seed, 0, "points");
    for (const auto& [name, value] : random_point(space, random)) {
      const Domain& domain = space[*space.find(name)].domain;
      const auto distribution = Distribution::parse(distribution_json(domain));
      ASSERT_TRUE(distribution) << to_string(domain);
      const auto internal = internal_value(domain, value);
      ASSERT_TRUE(internal) << to_string(domain) << ": " << to_string(value);
      EXPECT_THAT(distribution->value(*internal), Optional(Eq(value))) << to_string(domain);
    }
    const Params point = random_point(space, random);
    EXPECT_EQ(params_from(params_json(point)), point);
  }
}

TEST(Encoding, TimeHasMicroseconds) {
  using namespace std::chrono;
  const auto day = sys_days(2026y / November / 24);
  EXPECT_EQ(time_text(day), "2026-11-24 00:00:00.000000");
  EXPECT_EQ(time_text(day + 8h + 5min + 9s + 1234us), "2026-11-24 08:05:09.001234");
}

TEST(Encoding, TextsOfAnyBytesBecomeJson) {
  EXPECT_EQ(attribute_json(std::string("a\"b\xff")), "\"a\\\"b\xEF\xBF\xBD\"");
  EXPECT_EQ(attribute_json(std::int64_t{3}), "3");
  EXPECT_EQ(attribute_json(1.5), "1.5");
  EXPECT_EQ(attribute_json(kInfinity), "\"inf\"");
}

}  // namespace
}  // namespace pegbox

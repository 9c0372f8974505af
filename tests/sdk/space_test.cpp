#include <cmath>
#include <limits>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/space.hpp>

#include "random_space.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::ThrowsMessage;

const Choice kOptimizers = {{std::string("sgd"), std::string("adam")}};

SearchSpace example() {
  return {{"width_2", Integer{1, 64, true}, 8, {at_least("layers", 2)}},
          {"layers", Integer{1, 3}},
          {"rate", Real{1e-4, 1e-2, true}},
          {"optimizer", kOptimizers},
          {"momentum", Real{0, 0.9}, 0.5, {{"optimizer", {std::string("sgd")}}}},
          {"nesterov", Boolean{}, {}, {{"momentum", {}, 0.1}}}};
}

TEST(SearchSpace, PutsParentsBeforeTheirDependants) {
  const SearchSpace space = example();
  std::set<std::string> before;
  for (const std::size_t index : space.dependency_order()) {
    for (const Condition& condition : space[index].when) EXPECT_TRUE(before.contains(condition.parameter));
    before.insert(space[index].name);
  }
  EXPECT_EQ(before.size(), space.size());
}

TEST(SearchSpace, Finds) {
  EXPECT_EQ(example().find("rate"), 2U);
  EXPECT_EQ(example().find("Rate"), std::nullopt);
}

TEST(SearchSpace, HasDefaults) {
  const Params defaults = example().defaults();
  EXPECT_EQ(defaults.at("layers"), Value(2));
  EXPECT_EQ(defaults.at("width_2"), Value(8));
  EXPECT_NEAR(defaults.get<double>("rate"), 1e-3, 1e-15);
  EXPECT_EQ(defaults.at("optimizer"), Value(std::string("sgd")));
  EXPECT_EQ(defaults.at("momentum"), Value(0.5));
  EXPECT_EQ(defaults.at("nesterov"), Value(false));
}

TEST(SearchSpace, LeavesOutWhatIsInactiveOnAllLevels) {
  const Params params = example().complete({{"optimizer", std::string("adam")}, {"layers", 1}});
  EXPECT_FALSE(params.has("width_2"));
  EXPECT_FALSE(params.has("momentum"));
  EXPECT_FALSE(params.has("nesterov"));
  EXPECT_EQ(params.size(), 3U);
  EXPECT_FALSE(example().complete({{"momentum", 0.05}}).has("nesterov"));
}

TEST(SearchSpace, CompletesWhatIsGiven) {
  const SearchSpace space = {{"x", Real{0, 4}}, {"n", Integer{0, 4}}};
  EXPECT_EQ(space.complete({{"x", 3}, {"n", 1.0}}), Params({{"x", 3.0}, {"n", 1}}));
}

void expect_refused(const Params& given, const std::string& a, const std::string& b) {
  EXPECT_THAT([&] { example().complete(given); }, ThrowsMessage<StudyError>(AllOf(HasSubstr(a), HasSubstr(b))));
}

TEST(SearchSpace, RefusesWhatCannotBeCompleted) {
  expect_refused({{"layer", 1}}, "'layer'", "did you mean 'layers'?");
  expect_refused({{"layers", 4}}, "'layers'", "4 is outside 1..3");
  expect_refused({{"layers", 1}, {"width_2", 8}}, "'width_2'", "is not active");
}

TEST(SearchSpace, SeesFaults) {
  const SearchSpace space = {{"x", Real{0, 1}}, {"n", Integer{0, 4}, {}, {at_least("x", 0.5)}}};
  EXPECT_EQ(space.fault({{"x", 0.5}, {"n", 1}}), std::nullopt);
  EXPECT_EQ(space.fault({{"x", 0.4}}), std::nullopt);
  EXPECT_THAT(space.fault({}), Optional(std::string("'x' has no value")));
  EXPECT_THAT(space.fault({{"x", 0.5}}), Optional(std::string("'n' has no value")));
  EXPECT_THAT(space.fault({{"x", 0.4}, {"n", 1}}), Optional(HasSubstr("'n' has a value, but is not active")));
  EXPECT_THAT(space.fault({{"x", 2.0}, {"n", 1}}), Optional(HasSubstr("'x': 2 is outside 0..1")));
  EXPECT_THAT(space.fault({{"x", std::string("a")}}), Optional(HasSubstr("'x'")));
  EXPECT_THAT(space.fault({{"x", 0.4}, {"y", 1}}), Optional(HasSubstr("'y' is not in the space")));
}

TEST(Condition, HoldsOnlyWhereItsParameterIsActive) {
  const Condition condition = {"n", {2, 3.0}};
  EXPECT_TRUE(condition.holds({{"n", 2}}));
  EXPECT_TRUE(condition.holds({{"n", 2.0}}));
  EXPECT_TRUE(condition.holds({{"n", 3}}));
  EXPECT_FALSE(condition.holds({{"n", 4}}));
  EXPECT_FALSE(condition.holds({}));
}

TEST(Condition, TellsTheLargestNumbersApart) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  const Condition condition = {"n", {kMax}};
  EXPECT_TRUE(condition.holds({{"n", kMax}}));
  EXPECT_FALSE(condition.holds({{"n", kMax - 1}}));
}

TEST(Condition, MeetsTheDecimalsOfAStep) {
  const SearchSpace space = {{"x", Real{0, 0.7, false, 0.1}}, {"n", Integer{0, 4}, {}, {{"x", {0.3}}}}};
  constexpr double kUnused = 0.5;
  EXPECT_TRUE(space.decode(std::vector{3.5 / 8, kUnused}).has("n"));
  EXPECT_FALSE(space.decode(std::vector{2.5 / 8, kUnused}).has("n"));
}

void expect_bad(const std::vector<Parameter>& parameters, const std::string& name, const std::string& fault) {
  EXPECT_THAT([&] { return SearchSpace(parameters); },
              ThrowsMessage<StudyError>(AllOf(HasSubstr("'" + name + "'"), HasSubstr(fault))));
}

TEST(SearchSpace, RefusesBadParametersByName) {
  expect_bad({{"x", Real{1, 0}}}, "x", "low 1 is above high 0");
  expect_bad({{"x", Choice{}}}, "x", "no choices");
  expect_bad({{"x", Boolean{}}, {"x", Boolean{}}}, "x", "twice");
  expect_bad({{"", Boolean{}}}, "", "1 to 512 characters");
  expect_bad({{std::string(513, 'x'), Boolean{}}}, std::string(513, 'x'), "1 to 512 characters");
  expect_bad({{"x", Integer{1, 4}, 5}}, "x", "its default 5 is outside 1..4");
  expect_bad({{"x", Integer{1, 4}, std::string("two")}}, "x", "its default two");
}

TEST(SearchSpace, RefusesBadConditionsByName) {
  const Parameter layers = {"layers", Integer{1, 3}};
  const Parameter optimizer = {"optimizer", kOptimizers};
  const Domain any = Boolean{};
  expect_bad({layers, {"x", any, {}, {at_least("layer", 2)}}}, "x", "did you mean 'layers'?");
  expect_bad({layers, {"x", any, {}, {{"layers", {4}}}}}, "x", "can never hold: 4 is outside 1..3");
  expect_bad({optimizer, {"x", any, {}, {at_least("optimizer", 2)}}}, "x", "needs a list of values");
  expect_bad({optimizer, {"x", any, {}, {{"optimizer", {std::string("sdg")}}}}}, "x", "sdg is not one of");
  expect_bad({layers, {"x", any, {}, {{"layers", {}, 3, 2}}}}, "x", "low above high");
}

TEST(SearchSpace, RefusesCycles) {
  expect_bad({{"x", Integer{0, 1}, {}, {at_least("x", 1)}}}, "x", "depend on themselves");
  expect_bad({{"free", Boolean{}},
              {"a", Integer{0, 1}, {}, {at_least("c", 1)}},
              {"b", Integer{0, 1}, {}, {at_least("a", 1)}},
              {"c", Integer{0, 1}, {}, {at_least("b", 1)}}},
             "a", "depend on themselves");
}

TEST(SearchSpace, ConformsDefaults) {
  const SearchSpace space = {{"x", Real{0, 4}, 2}, {"batch", Choice{{16, 32}}, 32.0}};
  EXPECT_EQ(space.defaults(), Params({{"x", 2.0}, {"batch", 32}}));
}

TEST(SearchSpace, MayBeEmpty) {
  const SearchSpace space;
  EXPECT_EQ(space.defaults(), Params());
  EXPECT_EQ(space.fault({}), std::nullopt);
  EXPECT_THAT(space.encode({}), ElementsAre());
}

TEST(SearchSpace, EncodesInactiveAsNan) {
  const auto point = example().encode(example().complete({{"layers", 1}, {"optimizer", std::string("adam")}}));
  EXPECT_TRUE(std::isnan(point[0]));
  EXPECT_EQ(point[1], 0.5 / 3);
  EXPECT_EQ(point[3], 0.75);
  EXPECT_TRUE(std::isnan(point[4]));
  EXPECT_TRUE(std::isnan(point[5]));
}

/// For discrete values exactly, for real ones as far as doubles go.
void expect_alike(const SearchSpace& space, const Params& a, const Params& b) {
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [name, value] : a) {
    const Domain& domain = space[*space.find(name)].domain;
    if (cardinality(domain) > 0) {
      EXPECT_EQ(b.at(name), value) << to_string(domain);
    } else {
      EXPECT_NEAR(b.get<double>(name), std::get<double>(value), 1e-12 * std::abs(std::get<double>(value)) + 1e-12);
    }
  }
}

/// A real value that a condition compares with its own border may lie on either side after the round trip.
bool depends_on_a_real(const SearchSpace& space) {
  for (const Parameter& parameter : space) {
    for (const Condition& condition : parameter.when) {
      if (cardinality(space[*space.find(condition.parameter)].domain) == 0) return true;
    }
  }
  return false;
}

TEST(SearchSpace, PointsSurviveTheirEncoding) {
  int with_conditions = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const SearchSpace space = random_space(seed);
    Random random(seed, 1, "points");
    for (int i = 0; i < 20; ++i) {
      const Params params = random_point(space, random);
      ASSERT_EQ(space.fault(params), std::nullopt) << seed;
      EXPECT_EQ(space.complete(params), params) << seed;
      const auto point = space.encode(params);
      for (std::size_t k = 0; k < space.size(); ++k) EXPECT_EQ(std::isnan(point[k]), !params.has(space[k].name));
      if (params.size() < space.size()) ++with_conditions;
      if (!depends_on_a_real(space)) expect_alike(space, params, space.decode(point));
    }
    EXPECT_EQ(space.fault(space.defaults()), std::nullopt) << seed;
  }
  EXPECT_GT(with_conditions, 1000);
}

}  // namespace
}  // namespace pegbox

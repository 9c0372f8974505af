#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "tried.hpp"

namespace pegbox {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::ThrowsMessage;

double line(const Params& params) { return 3 * params.get<double>("x1") + params.get<double>("x2"); }

void expect_equal(const Importances& a, const Importances& b) {
  ASSERT_EQ(a.single.size(), b.single.size());
  for (std::size_t i = 0; i < a.single.size(); ++i) {
    EXPECT_EQ(a.single[i].name, b.single[i].name);
    EXPECT_EQ(a.single[i].share, b.single[i].share);
  }
  ASSERT_EQ(a.pairs.size(), b.pairs.size());
  for (std::size_t i = 0; i < a.pairs.size(); ++i) EXPECT_EQ(a.pairs[i].share, b.pairs[i].share);
  EXPECT_EQ(a.explained, b.explained);
}

TEST(Importance, TheLargestComesFirst) {
  const Importances found = tried(unit_cube(4), line, 200).importances();
  ASSERT_EQ(found.single.size(), 4U);
  EXPECT_EQ(found.single[0].name, "x1");
  EXPECT_EQ(found.single[1].name, "x2");
  EXPECT_TRUE(std::is_sorted(found.single.begin(), found.single.end(),
                             [](const auto& a, const auto& b) { return a.share > b.share; }));
  EXPECT_EQ(found.pairs.size(), 6U);
  EXPECT_EQ(found.trials, 200);
  EXPECT_EQ(found.usable, 200);
}

TEST(Importance, SharesAreParts) {
  for (const int count : {10, 30, 100}) {
    const Importances found = tried(unit_cube(5), line, count, 1, 1.0).importances();
    double sum = 0;
    for (const Importance& one : found.single) {
      EXPECT_GE(one.share, 0);
      sum += one.share;
    }
    for (const PairImportance& pair : found.pairs) {
      EXPECT_GE(pair.share, 0);
      sum += pair.share;
    }
    EXPECT_LE(sum, 1 + 1e-9);
    EXPECT_GE(found.explained, 0);
    EXPECT_LE(found.explained, 1);
  }
}

TEST(Importance, ThirtyTrialsTellWhatMattersMost) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    EXPECT_EQ(tried(unit_cube(5), line, 30, seed).importances().single.front().name, "x1") << seed;
  }
}

TEST(Importance, OneHyperparameterMakesAll) {
  const Importances found = tried(
                                unit_cube(1), [](const Params& params) { return params.get<double>("x1"); }, 50)
                                .importances();
  EXPECT_THAT(found.single.front().share, DoubleNear(1, 1e-9));
  EXPECT_TRUE(found.pairs.empty());
}

TEST(Importance, OneValueMakesNothing) {
  const SearchSpace space{{"x1", Real{0, 1}},
                          {"x2", Real{0, 1}},
                          {"fixed", Real{0.5, 0.5}},
                          {"only", Choice{{std::string("one")}}},
                          {"whole", Integer{3, 3}}};
  const Importances found = tried(space, line, 200).importances();
  for (const char* name : {"fixed", "only", "whole"}) EXPECT_EQ(share(found, name), 0) << name;
  EXPECT_GT(share(found, "x1"), 0.8);
}

TEST(Importance, EqualsKeepTheOrderOfTheSpace) {
  const SearchSpace space{
      {"c", Integer{3, 3}}, {"x1", Real{0, 1}}, {"a", Integer{3, 3}}, {"x2", Real{0, 1}}, {"b", Integer{3, 3}}};
  const Importances found = tried(space, line, 100).importances();
  EXPECT_EQ(found.single[2].name, "c");
  EXPECT_EQ(found.single[3].name, "a");
  EXPECT_EQ(found.single[4].name, "b");
}

TEST(Importance, IsTheSameEachTime) {
  const Tried all = tried(unit_cube(3), line, 150, 1, 0.3);
  expect_equal(all.importances({.seed = 7}), all.importances({.seed = 7}));
  EXPECT_NE(all.importances({.seed = 7}).single[0].share, all.importances({.seed = 8}).single[0].share);
}

TEST(Importance, TheOrderOfTrialsDoesNotMatter) {
  Tried all = tried(unit_cube(3), line, 150, 1, 0.3);
  const Importances before = all.importances();
  Random(3, 0, "order").shuffle(all.trials);
  expect_equal(before, all.importances());
}

TEST(Importance, TheOrderOfTheSpaceDoesNotMatter) {
  const Tried all = tried(unit_cube(3), line, 150, 1, 0.3);
  const Tried turned{{all.space[2], all.space[1], all.space[0]}, all.trials};
  const Importances a = all.importances();
  const Importances b = turned.importances();
  for (const char* name : {"x1", "x2", "x3"}) EXPECT_THAT(share(a, name), DoubleNear(share(b, name), 0.01)) << name;
}

TEST(Importance, SizeAndDirectionOfTheObjectiveDoNotMatter) {
  Tried all = tried(unit_cube(3), line, 150);
  const Importances before = all.importances();
  for (Trial& trial : all.trials) trial.values[0] = 1e200 * trial.values[0];
  const Importances after = all.importances();
  EXPECT_THAT(share(after, "x1"), DoubleNear(share(before, "x1"), 1e-6));
  for (Trial& trial : all.trials) trial.values[0] = -trial.values[0];
  EXPECT_THAT(share(all.importances(), "x1"), DoubleNear(share(before, "x1"), 0.02));
}

TEST(Importance, TrialsThatAreThereTwiceChangeLittle) {
  Tried all = tried(unit_cube(2), line, 200);
  const double before = share(all.importances(), "x1");
  const auto once = all.trials;
  for (const Trial& trial : once) all.add(trial.params, trial.values[0]);
  EXPECT_THAT(share(all.importances(), "x1"), DoubleNear(before, 0.03));
}

TEST(Importance, OnlyTrialsThatCountAreCounted) {
  Tried all = tried(unit_cube(3), line, 100);
  const Importances before = all.importances();
  const Params middle{{"x1", 0.5}, {"x2", 0.5}, {"x3", 0.5}};
  for (const State state : {State::pruned, State::running, State::paused, State::waiting, State::failed}) {
    all.add(middle, 1000);
    all.trials.back().state = state;
  }
  all.add(middle, std::numeric_limits<double>::infinity());
  all.add(middle, std::nan(""));
  all.add({{"x1", 0.5}, {"x2", 0.5}}, 1000);
  all.add({{"x1", 0.5}, {"x2", 0.5}, {"x3", 7.0}}, 1000);
  all.add(middle, 1000);
  all.trials.back().values.clear();
  const Importances after = all.importances();
  EXPECT_EQ(after.usable, 100);
  expect_equal(before, after);
}

TEST(Importance, TheObjectiveIsTheOneThatIsAskedFor) {
  Tried all = tried(unit_cube(2), line, 100);
  for (Trial& trial : all.trials) trial.values.push_back(trial.params.get<double>("x2"));
  EXPECT_EQ(all.importances().single.front().name, "x1");
  EXPECT_EQ(all.importances({.position = 1}).single.front().name, "x2");
}

TEST(Importance, PairsCanBeLeftOut) {
  const Tried all = tried(unit_cube(3), line, 200);
  const Importances with = all.importances();
  const Importances without = all.importances({.pairs = false});
  EXPECT_TRUE(without.pairs.empty());
  EXPECT_THAT(share(without, "x1"), DoubleNear(share(with, "x1"), 0.01));
}

TEST(Importance, OfManyTrialsSomeAreDrawn) {
  const Importances found = tried(unit_cube(2), line, 500).importances({.most_trials = 300});
  EXPECT_EQ(found.trials, 300);
  EXPECT_EQ(found.usable, 500);
  EXPECT_THAT(share(found, "x1"), DoubleNear(0.9, 0.05));
}

TEST(Importance, ManyChoices) {
  Choice many;
  for (std::int64_t i = 0; i < 100; ++i) many.choices.emplace_back("choice" + std::to_string(i * 37 % 100));
  const SearchSpace space{{"x1", Real{0, 1}}, {"x2", Real{0, 1}}, {"many", many}};
  const auto function = [&](const Params& params) { return to_unit(many, params.at("many")) < 0.5 ? 1.0 : 0.0; };
  EXPECT_GT(share(tried(space, function, 500).importances(), "many"), 0.95);
}

TEST(Importance, NoiseIsToldByWhatIsExplained) {
  const Importances found = tried(
                                unit_cube(3), [](const Params&) { return 0.0; }, 300, 1, 1.0)
                                .importances();
  EXPECT_LT(found.explained, 0.1);
}

TEST(Importance, FewTrialsAreRefused) {
  EXPECT_THAT([] { tried(unit_cube(2), line, 9).importances(); },
              ThrowsMessage<StudyError>("importances need 10 complete trials or more, and there are 9"));
  const Tried none{unit_cube(2), {}};
  EXPECT_THAT([&] { none.importances(); }, ThrowsMessage<StudyError>(HasSubstr("there are 0")));
}

TEST(Importance, TheSameValueEverywhereIsRefused) {
  const auto constant = [](const Params&) { return 0.5; };
  EXPECT_THAT([&] { tried(unit_cube(2), constant, 20).importances(); },
              ThrowsMessage<StudyError>(HasSubstr("all 20 complete trials have the same loss")));
}

TEST(Importance, OneTrialThatIsDifferentIsEnough) {
  Tried all = tried(
      unit_cube(2), [](const Params&) { return 0.5; }, 20);
  all.trials.front().values[0] = 0.75;
  for (const Importance& one : all.importances().single) EXPECT_TRUE(one.share >= 0 && one.share <= 1);
}

}  // namespace
}  // namespace pegbox

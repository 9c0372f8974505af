#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/pareto.hpp>

#include "bundled.hpp"
#include "hand_made.hpp"
#include "minimised.hpp"

namespace pegbox {
namespace {

using testing::Contains;
using testing::Not;

/// Crossover alone, of few parents.
Params pure_uniform() {
  return {{"population", 4}, {"crossover", std::string("uniform")}, {"mutation_probability", 1e-12}};
}

StrategyContext context(const SearchSpace& space, std::uint64_t seed = 1, const Params& settings = {}) {
  StrategyContext result = context_for("genetic", space, 1, settings);
  result.seed = seed;
  return result;
}

std::unique_ptr<Strategy> genetic(const StrategyContext& context) { return strategy("genetic").create(context); }

Params ask(Strategy& strategy, int trial) { return std::get<Start>(strategy.ask({trial, {}})).params; }

Trial trial(int number, const Params& params) {
  Trial result;
  result.number = number;
  result.params = params;
  return result;
}

/// A point whose coordinates are all the same.
Params all(double x, int dimensions) {
  Params params;
  for (int i = 0; i < dimensions; ++i) params.set("x" + std::to_string(i), x);
  return params;
}

/// Values that a hyperparameter gets in many children.
std::set<double> offspring(Strategy& strategy, const std::string& name) {
  std::set<double> values;
  for (int number = 1000; number < 1500; ++number) values.insert(ask(strategy, number).get<double>(name));
  return values;
}

std::vector<double> zdt1(const Params& params) {
  auto x = numbers(params);
  for (double& one : x) one = (one + 5) / 10;
  double rest = 0;
  for (std::size_t i = 1; i < x.size(); ++i) rest += x[i];
  const double g = 1 + 9 * rest / static_cast<double>(x.size() - 1);
  return {x[0], g * (1 - std::sqrt(x[0] / g))};
}

/// The best possible front, f₂ = 1 − √f₁, has the hypervolume 1.21 − 1/3 of (1.1, 1.1).
TEST(Genetic, FindsTheFrontOfZdt1) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    auto one = context(real_space(10), seed, {{"population", 50}});
    one.objectives = {{"a"}, {"b"}};
    one.window = 4;
    std::vector<std::vector<double>> found;
    for (const Trial& each : minimised("genetic", one, zdt1, 5000)) found.push_back(each.values);
    EXPECT_GT(hypervolume(found, std::vector{1.1, 1.1}), 0.98 * (1.21 - 1.0 / 3)) << seed;
  }
}

TEST(Genetic, TakesDirectionsAsTheyAre) {
  auto one = context(real_space(10), 1, {{"population", 50}});
  one.objectives = {{"a"}, {"b", true}};
  const auto trials = minimised("genetic", one, zdt1, 2000);
  std::vector<std::vector<double>> found;
  for (const Trial& each : trials) found.push_back({each.values[0], -each.values[1]});
  EXPECT_GT(hypervolume(found, std::vector{1.1, 1.1}), 0.8 * (1.21 - 1.0 / 3));
}

TEST(Genetic, EveryCrossoverAndMutationLeavesRandomSearchBehind) {
  const auto costs = [](const Params& params) {
    auto x = numbers(params);
    for (double& one : x) one -= 1.3;
    return std::vector{sphere(x)};
  };
  for (const char* crossover : {"uniform", "sbx", "blx", "undx"}) {
    for (const char* mutation : {"polynomial", "resample"}) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        auto one =
            context(real_space(6), seed, {{"crossover", std::string(crossover)}, {"mutation", std::string(mutation)}});
        one.window = 4;
        const double found = lowest(minimised("genetic", one, costs, 400));
        EXPECT_LT(found, lowest(minimised("random", one, costs, 400)) / 3) << crossover << mutation << seed;
      }
    }
  }
}

TEST(Genetic, SolvesAMixedSpace) {
  const Choice letters = {{std::string("a"), std::string("b"), std::string("c"), std::string("d")}};
  const SearchSpace space = {{"x0", Real{-5, 5}},
                             {"n", Integer{1, 64, true}},
                             {"c", letters},
                             {"step", Real{0, 1, false, 0.125}},
                             {"deep", Integer{0, 9}, {}, {{"c", {std::string("c")}}}}};
  const auto costs = [](const Params& params) {
    double sum = std::abs(params.get<double>("x0") - 1) + std::abs(std::log2(params.get<double>("n") / 16));
    sum += std::abs(params.get<double>("step") - 0.75);
    return std::vector{sum + (params.has("deep") ? std::abs(params.get<double>("deep") - 7) / 5 : 2)};
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_LT(lowest(minimised("genetic", context(space, seed), costs, 500)), 0.1) << seed;
  }
}

TEST(Genetic, BeginsAtRandomUntilThereAreEnoughParents) {
  const auto one = context(real_space(1));
  const auto told = genetic(one), untold = genetic(one);
  for (int number = 0; number < 20; ++number) {
    EXPECT_EQ(ask(*told, number), ask(*untold, number));
    tell(*told, one, trial(number, ask(*told, number)), 1, number);
  }
  EXPECT_NE(ask(*told, 20), ask(*untold, 20));
}

TEST(Genetic, UniformCrossoverHasCoordinatesOfTheParents) {
  constexpr int kDimensions = 12;
  const auto one = context(real_space(kDimensions), 1, pure_uniform());
  const auto strategy = genetic(one);
  for (int number = 0; number < 4; ++number) tell(*strategy, one, trial(number, all(number, kDimensions)), 1, number);
  for (int number = 4; number < 100; ++number) {
    int strange = 0;
    for (const double x : numbers(ask(*strategy, number))) {
      if (x != std::floor(x) || x < 0 || x > 3) ++strange;
    }
    // Of a copy of a parent one coordinate is changed.
    EXPECT_LE(strange, 1);
  }
}

TEST(Genetic, TheWorstGivesWayToTheNewcomer) {
  const auto one = context(real_space(12), 1, pure_uniform());
  const auto strategy = genetic(one);
  for (int number = 0; number < 4; ++number) tell(*strategy, one, trial(number, all(number, 12)), 1, number);
  EXPECT_THAT(offspring(*strategy, "x0"), Contains(3));
  tell(*strategy, one, trial(4, all(4, 12)), 1, 0.5);
  EXPECT_THAT(offspring(*strategy, "x0"), Contains(4));
  EXPECT_THAT(offspring(*strategy, "x0"), Not(Contains(3)));
}

TEST(Genetic, WhatTrainedLongerStays) {
  auto one = context(real_space(12), 1, pure_uniform());
  one.epochs = 9;
  const auto strategy = genetic(one);
  for (int number = 0; number < 4; ++number) tell(*strategy, one, trial(number, all(number, 12)), 9, number);
  tell(*strategy, one, trial(4, all(4, 12)), 3, -1);
  EXPECT_THAT(offspring(*strategy, "x0"), Not(Contains(4)));
  Trial longer = trial(4, all(4, 12));
  longer.reports = {{3, {}}};
  tell(*strategy, one, longer, 9, 0.5);
  EXPECT_THAT(offspring(*strategy, "x0"), Contains(4));
}

TEST(Genetic, ATrialThatIsToldAgainIsOneParent) {
  const auto one = context(real_space(12), 1, pure_uniform());
  const auto strategy = genetic(one), untold = genetic(one);
  for (int telling = 0; telling < 8; ++telling) tell(*strategy, one, trial(telling % 3, all(telling % 3, 12)), 1, 1);
  // Three are too few.
  EXPECT_EQ(ask(*strategy, 9), ask(*untold, 9));
}

/// A child that becomes active somewhere takes what a parent has there.
TEST(Genetic, ActivatedHyperparametersComeFromAParentThatHasThem) {
  const SearchSpace space = {{"on", Boolean{}},
                             {"x0", Real{-5, 5}},
                             {"x1", Real{-5, 5}},
                             {"x2", Real{-5, 5}},
                             {"x3", Real{-5, 5}},
                             {"y", Real{0, 9}, {}, {{"on", {true}}}},
                             {"z", Real{0, 9}, {}, {{"on", {false}}}}};
  const auto one = context(space, 1, pure_uniform());
  const auto strategy = genetic(one);
  for (int number = 0; number < 4; ++number) {
    Params params = all(number, 4);
    params.set("on", number % 2 == 0);
    params.set(number % 2 == 0 ? "y" : "z", double(number));
    tell(*strategy, one, trial(number, params), 1, number);
  }
  int foreign = 0;
  constexpr int kChildren = 500;
  for (int number = 4; number < 4 + kChildren; ++number) {
    const Params params = ask(*strategy, number);
    const double value = params.get<double>(params.get<bool>("on") ? "y" : "z");
    if (value != 0 && value != 1 && value != 2 && value != 3) ++foreign;
  }
  // A copy of a parent is changed in one place of seven, and that may be `on`.
  EXPECT_LT(foreign, kChildren / 4);
}

TEST(Genetic, TriesNoPointTwiceWhereThereAreOthers) {
  const SearchSpace space = {{"a", Integer{0, 9}}, {"b", Integer{0, 9}}, {"c", Choice{{1, 5, 3}}}, {"d", Boolean{}}};
  const auto costs = [](const Params& params) {
    return std::vector{params.get<double>("a") + params.get<double>("b") + params.get<double>("c")};
  };
  auto one = context(space);
  one.window = 8;
  std::set<Params::Map> tried;
  for (const Trial& each : minimised("genetic", one, costs, 200)) {
    EXPECT_TRUE(tried.insert({each.params.begin(), each.params.end()}).second);
  }
}

TEST(Genetic, GoesOnWhereAllFails) {
  const auto costs = [](const Params&) { return std::vector<double>(); };
  std::set<double> tried;
  for (const Trial& each : minimised("genetic", context(real_space(1)), costs, 100)) {
    tried.insert(each.params.get<double>("x0"));
  }
  EXPECT_EQ(tried.size(), 100U);
}

}  // namespace
}  // namespace pegbox

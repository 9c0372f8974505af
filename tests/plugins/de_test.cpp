#include <cmath>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "bundled.hpp"
#include "hand_made.hpp"
#include "minimised.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int kPopulation = 20;

StrategyContext context(const SearchSpace& space, std::uint64_t seed = 1, const Params& settings = {}) {
  StrategyContext result = context_for("de", space, 1, settings);
  result.seed = seed;
  return result;
}

std::unique_ptr<Strategy> de(const StrategyContext& context) { return strategy("de").create(context); }

Params ask(Strategy& strategy, int trial) { return std::get<Start>(strategy.ask({trial, {}})).params; }

Trial trial(int number, double x) {
  Trial result;
  result.number = number;
  result.params = {{"x0", x}, {"x1", -x}};
  return result;
}

std::vector<Params> children(Strategy& strategy) {
  std::vector<Params> result;
  for (int number = 1000; number < 1000 + 2 * kPopulation; ++number) result.push_back(ask(strategy, number));
  return result;
}

/// One whose first so many trials are told, each worse than the one before it.
std::unique_ptr<Strategy> begun(const StrategyContext& context) {
  auto strategy = de(context);
  for (int number = 0; number < kPopulation; ++number) tell(*strategy, context, trial(number, number / 5.0), 1, number);
  return strategy;
}

TEST(DifferentialEvolution, SolvesSphereAndRosenbrock) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto one = context(real_space(3), seed);
    one.window = 4;
    const auto plain = [](const Params& params) { return std::vector{sphere(numbers(params))}; };
    const auto bent = [](const Params& params) { return std::vector{rosenbrock(numbers(params))}; };
    EXPECT_LT(lowest(minimised("de", one, plain, 2000)), 1e-6) << seed;
    EXPECT_LT(lowest(minimised("de", one, bent, 10'000)), 1e-6) << seed;
  }
}

TEST(DifferentialEvolution, SolvesAMixedSpace) {
  const Choice letters = {{std::string("a"), std::string("b"), std::string("c"), std::string("d")}};
  const SearchSpace space = {{"x0", Real{-5, 5}},
                             {"n", Integer{1, 64, true}},
                             {"c", letters},
                             {"deep", Integer{0, 9}, {}, {{"c", {std::string("c")}}}}};
  const auto costs = [](const Params& params) {
    const double sum = std::abs(params.get<double>("x0") - 1) + std::abs(std::log2(params.get<double>("n") / 16));
    return std::vector{sum + (params.has("deep") ? std::abs(params.get<double>("deep") - 7) / 5 : 2)};
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_LT(lowest(minimised("de", context(space, seed), costs, 1000)), 0.1) << seed;
  }
}

TEST(DifferentialEvolution, LeavesRandomSearchBehind) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto one = context(real_space(6), seed);
    one.window = 4;
    const auto costs = [](const Params& params) { return std::vector{rosenbrock(numbers(params))}; };
    EXPECT_LT(lowest(minimised("de", one, costs, 500)), lowest(minimised("random", one, costs, 500)) / 3) << seed;
  }
}

TEST(DifferentialEvolution, AWorseTrialChangesNothing) {
  const auto one = context(real_space(2));
  const auto with = begun(one), without = begun(one);
  tell(*with, one, trial(kPopulation + 3, 4.5), 1, 3.5);
  EXPECT_EQ(children(*with), children(*without));
}

TEST(DifferentialEvolution, ABetterTrialTakesThePlaceOfItsNumber) {
  const auto one = context(real_space(2));
  const auto with = begun(one), without = begun(one);
  tell(*with, one, trial(kPopulation + 3, 4.5), 1, 2.5);
  EXPECT_NE(children(*with), children(*without));
}

TEST(DifferentialEvolution, AFailedTrialChangesNothing) {
  const auto one = context(real_space(2));
  const auto with = begun(one), without = begun(one);
  Trial failed = trial(kPopulation + 3, 4.5);
  failed.state = State::failed;
  with->tell(failed);
  EXPECT_EQ(children(*with), children(*without));
}

TEST(DifferentialEvolution, WhatTrainedLongerStays) {
  auto one = context(real_space(2));
  one.epochs = 9;
  const auto with = de(one), without = de(one);
  for (int number = 0; number < kPopulation; ++number) {
    tell(*with, one, trial(number, number / 5.0), 9, number);
    tell(*without, one, trial(number, number / 5.0), 9, number);
  }
  tell(*with, one, trial(kPopulation, 4.5), 3, -1);
  EXPECT_EQ(children(*with), children(*without));
}

TEST(DifferentialEvolution, NamesAStrategyForSeveralObjectives) {
  auto one = context(real_space(2));
  one.objectives = {{"loss"}, {"seconds"}};
  EXPECT_THAT([&] { de(one); }, ThrowsMessage<StudyError>(HasSubstr("strategy 'genetic'")));
}

}  // namespace
}  // namespace pegbox

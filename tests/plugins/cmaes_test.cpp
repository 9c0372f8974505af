#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "bundled.hpp"
#include "hand_made.hpp"
#include "minimised.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

StrategyContext context(const SearchSpace& space, std::uint64_t seed = 1, const Params& settings = {}) {
  StrategyContext result = context_for("cmaes", space, 1, settings);
  result.seed = seed;
  return result;
}

std::unique_ptr<Strategy> cmaes(const StrategyContext& context) { return strategy("cmaes").create(context); }

Params ask(Strategy& strategy, int trial) { return std::get<Start>(strategy.ask({trial, {}})).params; }

/// Tells of a trial as the strategy asked for it.
Params give(Strategy& strategy, const StrategyContext& context, int number, double loss) {
  Trial trial;
  trial.number = number;
  trial.params = ask(strategy, number);
  tell(strategy, context, trial, 1, loss);
  return trial.params;
}

/// Steps come in opposite pairs, so that the mean of the 2 d points of a block is that of the distribution.
std::vector<double> mean_of_block(Strategy& strategy, int dimensions) {
  constexpr int kBlock = 1000;
  std::vector<double> mean(static_cast<std::size_t>(dimensions), 0);
  for (int k = 0; k < 2 * dimensions; ++k) {
    const auto x = numbers(ask(strategy, kBlock * 2 * dimensions + k));
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += x[i] / (2.0 * dimensions);
  }
  return mean;
}

TEST(CmaEs, AGenerationOfTenHyperparametersIsTenTrials) {
  const auto one = context(real_space(10));
  const auto rising = cmaes(one), falling = cmaes(one);
  for (int trial = 0; trial < 10; ++trial) {
    EXPECT_EQ(give(*rising, one, trial, trial), give(*falling, one, trial, -trial));
  }
  EXPECT_NE(ask(*rising, 10), ask(*falling, 10));
}

/// μ = 5 of λ = 10 recombine with weights proportional to ln 5.5 − ln i: 0.456, 0.271, 0.162, 0.085, 0.026.
TEST(CmaEs, TheMeanOfTheNextGenerationIsThatOfTheBestHalf) {
  constexpr int kDimensions = 10;
  const auto one = context(real_space(kDimensions), 1, {{"sigma", 0.01}});
  const auto strategy = cmaes(one);
  const double weights[] = {0.45627, 0.27075, 0.16223, 0.08523, 0.02552};
  std::vector<double> expected(kDimensions, 0);
  for (int trial = 0; trial < 10; ++trial) {
    const int rank = (trial * 7 + 3) % 10;  // all of them, mixed
    const auto x = numbers(give(*strategy, one, trial, rank));
    for (std::size_t i = 0; rank < 5 && i < x.size(); ++i) expected[i] += weights[rank] * x[i];
  }
  const auto mean = mean_of_block(*strategy, kDimensions);
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(mean[i], expected[i], 1e-5);
}

TEST(CmaEs, StepsAreNormal) {
  const auto one = context(real_space(3), 1, {{"sigma", 0.05}});
  const auto strategy = cmaes(one);
  constexpr int kDraws = 30'000;
  double squares[3] = {}, fourths[3] = {}, products = 0;
  for (int trial = 0; trial < kDraws; ++trial) {
    const auto x = numbers(ask(*strategy, trial));
    for (std::size_t i = 0; i < 3; ++i) {
      const double z = x[i] / (10 * 0.05);
      squares[i] += z * z / kDraws;
      fourths[i] += std::pow(z, 4) / kDraws;
    }
    products += x[0] * x[1] / (0.25 * kDraws);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(squares[i], 1, 0.05);
    EXPECT_NEAR(fourths[i], 3, 0.3);
  }
  EXPECT_NEAR(products, 0, 0.05);
}

/// Axes whose lengths differ by a factor of 1000, turned by a random rotation.
class Ellipsoid {
 public:
  Ellipsoid(std::size_t dimensions, std::uint64_t seed) : directions_(dimensions, std::vector<double>(dimensions)) {
    Random random(seed, 0, "ellipsoid");
    for (std::size_t i = 0; i < dimensions; ++i) {
      for (double& one : directions_[i]) one = random.normal();
      for (std::size_t j = 0; j < i; ++j) {
        const double part = product(directions_[i], directions_[j]);
        for (std::size_t k = 0; k < dimensions; ++k) directions_[i][k] -= part * directions_[j][k];
      }
      const double length = std::sqrt(product(directions_[i], directions_[i]));
      for (double& one : directions_[i]) one /= length;
    }
  }

  double operator()(const std::vector<double>& x) const {
    std::vector<double> from_center = x;
    for (std::size_t k = 0; k < x.size(); ++k) from_center[k] -= 1.5 - 0.5 * static_cast<double>(k);
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double power = 6 * static_cast<double>(i) / static_cast<double>(x.size() - 1);
      sum += std::pow(10, power) * std::pow(product(directions_[i], from_center), 2);
    }
    return sum;
  }

 private:
  static double product(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
    return sum;
  }

  std::vector<std::vector<double>> directions_;
};

/// Published runs of CMA-ES need about 2000 evaluations in five dimensions, and forty times as many without learning
/// the covariance.
TEST(CmaEs, SolvesARotatedEllipsoid) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Ellipsoid ellipsoid(5, seed);
    const auto costs = [&](const Params& params) { return std::vector{ellipsoid(numbers(params))}; };
    EXPECT_LT(lowest(minimised("cmaes", context(real_space(5), seed), costs, 3000)), 1e-8) << seed;
  }
}

TEST(CmaEs, SolvesRosenbrockUnderAWindow) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto one = context(real_space(3), seed);
    one.window = 8;
    const auto costs = [](const Params& params) { return std::vector{rosenbrock(numbers(params))}; };
    EXPECT_LT(lowest(minimised("cmaes", one, costs, 2500)), 1e-6) << seed;
  }
}

TEST(CmaEs, ReachesTheCornersOfTheSpace) {
  const auto costs = [](const Params& params) {
    double sum = 0;
    for (const double x : numbers(params)) sum += 5 - x;
    return std::vector{sum};
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_LT(lowest(minimised("cmaes", context(real_space(5), seed), costs, 300)), 1) << seed;
  }
}

TEST(CmaEs, AvoidsWhatFails) {
  const auto costs = [](const Params& params) {
    const auto x = numbers(params);
    return x[0] + x[1] < 0 ? std::vector<double>() : std::vector{sphere(x)};
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_LT(lowest(minimised("cmaes", context(real_space(4), seed), costs, 800)), 1e-3) << seed;
  }
}

/// The whole numbers matter little at first, so that sigma has become far smaller than their distance when it is their
/// turn. Without margin they stay where they are.
TEST(CmaEs, WholeNumbersDoNotFreeze) {
  std::vector<Parameter> parameters = {{"x0", Real{-5, 5}}, {"x1", Real{-5, 5}}, {"x2", Real{-5, 5}}};
  for (int i = 0; i < 3; ++i) parameters.push_back({"n" + std::to_string(i), Integer{0, 20}});
  parameters.push_back({"choice", Choice{{1, 2, 4, 8}}});
  parameters.push_back({"size", Integer{1, 256, true}});
  const auto costs = [](const Params& params) {
    double sum = 1e4 * sphere(numbers(params));
    for (int i = 0; i < 3; ++i) sum += std::pow(params.get<double>("n" + std::to_string(i)) - 17, 2);
    return std::vector{sum + params.get<double>("choice") - 1 + std::abs(std::log2(params.get<double>("size") / 128))};
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    // A wrong one adds 1, or more than 0.01 in the case of `size`.
    EXPECT_LT(lowest(minimised("cmaes", context(parameters, seed), costs, 2500)), 0.1) << seed;
  }
}

TEST(CmaEs, OtherWholeNumbersAreTriedToTheEnd) {
  const SearchSpace space = {{"x0", Real{-5, 5}}, {"n", Integer{0, 9}}, {"last", Integer{0, 3}}};
  const auto costs = [](const Params& params) {
    return std::vector{sphere(numbers(params)) + std::abs(params.get<double>("n") - 4) + params.get<double>("last")};
  };
  const auto trials = minimised("cmaes", context(space, 1, {{"restart", std::string("none")}}), costs, 2000);
  std::set<std::int64_t> tried, tried_last;
  for (std::size_t k = 1500; k < trials.size(); ++k) {
    tried.insert(trials[k].params.get<std::int64_t>("n"));
    tried_last.insert(trials[k].params.get<std::int64_t>("last"));
  }
  EXPECT_THAT(tried, testing::IsSupersetOf({3, 4, 5}));
  EXPECT_THAT(tried_last, testing::IsSupersetOf({0, 1}));
}

TEST(CmaEs, LearnsValuesWithoutOrder) {
  const Choice letters = {{std::string("a"), std::string("b"), std::string("c"), std::string("d"), std::string("e")}};
  const SearchSpace space = {
      {"x0", Real{-5, 5}}, {"x1", Real{-5, 5}}, {"c", letters}, {"d", letters}, {"on", Boolean{}}};
  const auto good = [](const Params& params) {
    return params.at("c") == Value(std::string("c")) && params.at("d") == Value(std::string("e")) &&
           params.get<bool>("on");
  };
  const auto costs = [&](const Params& params) {
    double sum = sphere(numbers(params));
    sum += params.at("c") == Value(std::string("c")) ? 0 : 1;
    sum += params.at("d") == Value(std::string("e")) ? 0 : 1;
    return std::vector{sum + (params.get<bool>("on") ? 0 : 1)};
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto trials = minimised("cmaes", context(space, seed), costs, 400);
    EXPECT_LT(lowest(trials), 1e-3) << seed;
    // One of 50 at random.
    EXPECT_GT(std::count_if(trials.end() - 100, trials.end(), [&](const Trial& one) { return good(one.params); }), 25);
  }
}

TEST(CmaEs, LearnsInBranchesOfConditions) {
  const SearchSpace space = {{"on", Boolean{}},
                             {"x0", Real{-5, 5}},
                             {"y", Real{-5, 5}, {}, {{"on", {true}}}},
                             {"z", Real{-5, 5}, {}, {{"on", {false}}}}};
  const auto costs = [](const Params& params) {
    const double branch = params.get<bool>("on") ? std::abs(params.get<double>("y") - 3) : 4;
    return std::vector{sphere(numbers(params)) + branch};
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_LT(lowest(minimised("cmaes", context(space, seed), costs, 600)), 0.01) << seed;
  }
}

/// A run ends in one of many local minima.
TEST(CmaEs, RestartsFindTheLowestOfManyMinima) {
  const auto costs = [](const Params& params) {
    std::vector<double> x = numbers(params);
    for (double& one : x) one -= 2.2;
    return std::vector{rastrigin(x)};
  };
  int alone = 0;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const auto after = [&](const std::string& restart) {
      return lowest(minimised("cmaes", context(real_space(2), seed, {{"restart", restart}}), costs, 12'000));
    };
    EXPECT_LT(after("ipop"), 1e-6) << seed;
    EXPECT_LT(after("bipop"), 1e-6) << seed;
    if (after("none") < 1e-6) ++alone;
  }
  EXPECT_LT(alone, 2);
}

TEST(CmaEs, BeginsAtTheDefaultsThatAreGiven) {
  const SearchSpace space = {{"x0", Real{-5, 5}, 2.0}, {"x1", Real{-5, 5}}};
  const auto mean = mean_of_block(*cmaes(context(space, 1, {{"sigma", 0.01}})), 2);
  EXPECT_NEAR(mean[0], 2, 1e-9);
  EXPECT_NEAR(mean[1], 0, 1e-9);
}

TEST(CmaEs, BeginsAtTheBestPointFromElsewhere) {
  const auto one = context(real_space(2), 1, {{"sigma", 0.01}});
  const auto strategy = cmaes(one);
  Trial trial;
  const std::pair<double, double> points[] = {{0, 0.5}, {-2, 0.3}, {3, 0.4}};
  for (const auto& [x, loss] : points) {
    trial.params = {{"x0", x}, {"x1", 1.0}};
    tell(*strategy, one, trial, 1, loss);
    ++trial.number;
  }
  const auto mean = mean_of_block(*strategy, 2);
  EXPECT_NEAR(mean[0], -2, 1e-9);
  EXPECT_NEAR(mean[1], 1, 1e-9);
}

TEST(CmaEs, TurnsTowardsABetterPointFromElsewhere) {
  const auto one = context(real_space(2), 1, {{"sigma", 0.01}, {"population", 4}});
  const auto strategy = cmaes(one);
  for (int number = 0; number < 3; ++number) give(*strategy, one, number, 1);
  Trial trial;
  trial.number = 3;
  trial.params = {{"x0", 4.0}, {"x1", -4.0}};
  tell(*strategy, one, trial, 1, 0);
  const auto mean = mean_of_block(*strategy, 2);
  // Not as far as it is: a step longer than the distribution gives is shortened.
  EXPECT_GT(mean[0], 0.05);
  EXPECT_LT(mean[0], 0.5);
  EXPECT_LT(mean[1], -0.05);
}

TEST(CmaEs, ATrialThatIsToldAgainCountsOnce) {
  const auto one = context(real_space(10));
  const auto once = cmaes(one), often = cmaes(one);
  for (int number = 0; number < 9; ++number) {
    give(*often, one, number, 10 - number);
    give(*often, one, number, number);
    give(*once, one, number, number);
  }
  EXPECT_EQ(ask(*once, 9), ask(*often, 9));
  give(*often, one, 9, 9);
  give(*once, one, 9, 9);
  EXPECT_EQ(ask(*once, 10), ask(*often, 10));
}

TEST(CmaEs, LeavesRandomSearchBehind) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto costs = [](const Params& params) { return std::vector{rosenbrock(numbers(params))}; };
    auto one = context(real_space(6), seed);
    one.window = 4;
    const double found = lowest(minimised("cmaes", one, costs, 200));
    EXPECT_LT(found, lowest(minimised("random", one, costs, 200)) / 3) << seed;
  }
}

TEST(CmaEs, NamesAStrategyForSeveralObjectives) {
  auto one = context(real_space(2));
  one.objectives = {{"loss"}, {"seconds"}};
  EXPECT_THAT([&] { cmaes(one); }, ThrowsMessage<StudyError>(HasSubstr("strategy 'genetic'")));
}

TEST(CmaEs, RefusesAPopulationThatIsTooSmall) {
  const auto one = context(real_space(2), 1, {{"population", 3}});
  EXPECT_THAT([&] { cmaes(one); }, ThrowsMessage<StudyError>(HasSubstr("4 or more")));
}

}  // namespace
}  // namespace pegbox

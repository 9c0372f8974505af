#include <algorithm>
#include <cmath>
#include <map>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "bundled.hpp"

namespace pegbox {
namespace {

constexpr int kTrials = 10'000;

std::unique_ptr<Strategy> random_search(const SearchSpace& space, std::uint64_t seed = 1) {
  StrategyContext context;
  context.space = space;
  context.objectives = {{"loss"}};
  context.epochs = 27;
  context.seed = seed;
  return strategy("random").create(context);
}

Params ask(Strategy& strategy, int trial) { return std::get<Start>(strategy.ask({trial, {}})).params; }

std::vector<Params> points(const SearchSpace& space) {
  const auto search = random_search(space);
  std::vector<Params> result;
  for (int trial = 0; trial < kTrials; ++trial) result.push_back(ask(*search, trial));
  return result;
}

/// Largest distance of the empirical distribution from the uniform one on [0, 1] (Kolmogorov and Smirnov).
double distance_from_uniform(std::vector<double> places) {
  std::sort(places.begin(), places.end());
  const auto n = static_cast<double>(places.size());
  double distance = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto k = static_cast<double>(i);
    distance = std::max({distance, places[i] - k / n, (k + 1) / n - places[i]});
  }
  return distance;
}

/// What the distance stays below in 999 of 1000 uniform samples.
const double kLargestDistance = 1.95 / std::sqrt(kTrials);

TEST(RandomSearch, IsUniformInAPlainRange) {
  std::vector<double> places;
  for (const Params& params : points({{"x", Real{-3, 5}}})) places.push_back((params.get<double>("x") + 3) / 8);
  EXPECT_LT(distance_from_uniform(places), kLargestDistance);
}

TEST(RandomSearch, IsUniformInTheLogarithm) {
  std::vector<double> places;
  for (const Params& params : points({{"x", Real{1e-5, 1e-1, true}}})) {
    places.push_back((std::log10(params.get<double>("x")) + 5) / 4);
  }
  EXPECT_LT(distance_from_uniform(places), kLargestDistance);
}

/// Chi-square of counts against probabilities.
double chi_square(const std::map<Value, double>& counts, const std::map<Value, double>& probabilities) {
  double sum = 0;
  for (const auto& [value, probability] : probabilities) {
    const double expected = kTrials * probability;
    const auto found = counts.find(value);
    const double count = found == counts.end() ? 0 : found->second;
    sum += (count - expected) * (count - expected) / expected;
  }
  return sum;
}

std::map<Value, double> counts(const Domain& domain) {
  std::map<Value, double> result;
  for (const Params& params : points({{"x", domain}})) ++result[params.at("x")];
  return result;
}

TEST(RandomSearch, GivesChoicesAndWholeNumbersTheSameChance) {
  constexpr double kOneInAThousand = 18.5;  // with 4 degrees of freedom
  const auto equal = [](const std::vector<Value>& values) {
    std::map<Value, double> result;
    for (const Value& value : values) result[value] = 1 / static_cast<double>(values.size());
    return result;
  };
  const std::vector<Value> texts = {std::string("a"), std::string("b"), std::string("c"), std::string("d"),
                                    std::string("e")};
  EXPECT_LT(chi_square(counts(Choice{texts}), equal(texts)), kOneInAThousand);
  EXPECT_LT(chi_square(counts(Integer{-2, 2}), equal({-2, -1, 0, 1, 2})), kOneInAThousand);
  EXPECT_LT(chi_square(counts(Integer{0, 12, false, 3}), equal({0, 3, 6, 9, 12})), kOneInAThousand);
  EXPECT_LT(chi_square(counts(Real{0, 1, false, 0.25}), equal({0.0, 0.25, 0.5, 0.75, 1.0})), kOneInAThousand);
}

TEST(RandomSearch, GivesLogWholeNumbersTheirPartOfTheLogarithm) {
  constexpr double kOneInAThousand = 24.3;  // with 7 degrees of freedom
  std::map<Value, double> probabilities;
  for (int k = 1; k <= 8; ++k) probabilities[k] = std::log((k + 0.5) / (k - 0.5)) / std::log(8.5 / 0.5);
  EXPECT_LT(chi_square(counts(Integer{1, 8, true}), probabilities), kOneInAThousand);
}

TEST(RandomSearch, DrawsHyperparametersAndTrialsIndependently) {
  double together = 0, in_a_row = 0, previous = 0;
  for (const Params& params : points({{"x", Real{-1, 1}}, {"y", Real{-1, 1}}})) {
    together += params.get<double>("x") * params.get<double>("y");
    in_a_row += params.get<double>("x") * previous;
    previous = params.get<double>("x");
  }
  const double limit = 4 * (1.0 / 3) / std::sqrt(kTrials);
  EXPECT_NEAR(together / kTrials, 0, limit);
  EXPECT_NEAR(in_a_row / kTrials, 0, limit);
}

TEST(RandomSearch, PointDependsOnSeedAndTrialAlone) {
  const SearchSpace space = {{"x", Real{0, 1}}};
  const auto forwards = random_search(space);
  const auto backwards = random_search(space);
  std::vector<Params> first, last;
  for (int trial = 0; trial < 20; ++trial) first.push_back(ask(*forwards, trial));
  for (int trial = 19; trial >= 0; --trial) last.push_back(ask(*backwards, trial));
  std::reverse(last.begin(), last.end());
  EXPECT_EQ(first, last);
  EXPECT_NE(ask(*random_search(space, 2), 0), first[0]);
}

TEST(RandomSearch, TrainsEachPointToTheEnd) {
  const Move move = random_search({{"x", Real{0, 1}}})->ask({0, {}});
  EXPECT_EQ(std::get<Start>(move).until, 27);
  EXPECT_EQ(std::get<Start>(move).from, std::nullopt);
}

}  // namespace
}  // namespace pegbox

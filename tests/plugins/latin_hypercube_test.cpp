#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "bundled.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::ThrowsMessage;

StrategyContext context(const SearchSpace& space, int trials, std::uint64_t seed = 1) {
  StrategyContext result = context_for("latin-hypercube", space, 27);
  result.trials = trials;
  result.seed = seed;
  return result;
}

std::unique_ptr<Strategy> hypercube(const StrategyContext& context) {
  return strategy("latin-hypercube").create(context);
}

Params ask(Strategy& strategy, int trial) { return std::get<Start>(strategy.ask({trial, {}})).params; }

/// How many of n places lie in each of n equal parts of [0, 1].
std::vector<int> counts(const std::vector<double>& places) {
  std::vector<int> result(places.size());
  for (const double place : places) ++result[static_cast<std::size_t>(place * static_cast<double>(places.size()))];
  return result;
}

TEST(LatinHypercube, HasOnePointInEachPartOfEachRange) {
  for (const int trials : {1, 2, 7, 30, 1000}) {
    const auto search = hypercube(context({{"x", Real{-2, 2}}, {"rate", Real{1e-4, 1, true}}}, trials));
    std::vector<double> x, rate;
    for (int trial = 0; trial < trials; ++trial) {
      const Params params = ask(*search, trial);
      x.push_back((params.get<double>("x") + 2) / 4);
      rate.push_back((std::log10(params.get<double>("rate")) + 4) / 4);
    }
    EXPECT_THAT(counts(x), Each(1)) << trials;
    EXPECT_THAT(counts(rate), Each(1)) << trials;
  }
}

TEST(LatinHypercube, TriesEachChoiceAsOften) {
  const auto search = hypercube(context({{"x", Integer{1, 5}}, {"flag", Boolean{}}}, 30));
  std::map<Value, int> x, flag;
  for (int trial = 0; trial < 30; ++trial) {
    const Params params = ask(*search, trial);
    ++x[params.at("x")];
    ++flag[params.at("flag")];
  }
  EXPECT_EQ(x, (std::map<Value, int>{{1, 6}, {2, 6}, {3, 6}, {4, 6}, {5, 6}}));
  EXPECT_EQ(flag, (std::map<Value, int>{{false, 15}, {true, 15}}));
}

/// Within its part a place is uniform, and which part it is depends neither on the trial nor on the other range.
TEST(LatinHypercube, IsRandomOtherwise) {
  constexpr int kTrials = 10, kSeeds = 2000;
  std::vector<double> within(kTrials);
  std::map<std::pair<int, int>, int> together;
  std::map<int, int> first;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto search = hypercube(context({{"x", Real{0, kTrials}}, {"y", Real{0, kTrials}}}, kTrials, seed));
    const Params params = ask(*search, 0);
    const double x = params.get<double>("x"), y = params.get<double>("y");
    ++within[static_cast<std::size_t>((x - std::floor(x)) * kTrials)];
    ++first[static_cast<int>(x)];
    ++together[{static_cast<int>(x / 2), static_cast<int>(y / 2)}];
  }
  const auto chi_square = [](double sum, double count, double expected) {
    return sum + (count - expected) * (count - expected) / expected;
  };
  double of_within = 0, of_first = 0, of_together = 0;
  for (int k = 0; k < kTrials; ++k) {
    of_within = chi_square(of_within, within[static_cast<std::size_t>(k)], kSeeds / 10.0);
    of_first = chi_square(of_first, first[k], kSeeds / 10.0);
  }
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) of_together = chi_square(of_together, together[{i, j}], kSeeds / 25.0);
  }
  // One in a thousand, with 9 and 24 degrees of freedom.
  EXPECT_LT(of_within, 27.9);
  EXPECT_LT(of_first, 27.9);
  EXPECT_LT(of_together, 51.2);
}

/// The mean of a sum of functions of one hyperparameter each varies much less than with random points (M. Stein, "Large
/// sample properties of simulations using Latin hypercube sampling", 1987).
TEST(LatinHypercube, AveragesSumsBetterThanRandomPoints) {
  constexpr int kTrials = 50, kSeeds = 100;
  double squares = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto search = hypercube(context({{"x", Real{-1, 1}}, {"y", Real{-1, 1}}}, kTrials, seed));
    double sum = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      const Params params = ask(*search, trial);
      sum += params.get<double>("x") + params.get<double>("y");
    }
    squares += sum * sum / (kTrials * kTrials) / kSeeds;
  }
  const double random = 2.0 / 3 / kTrials;  // the variance of the mean
  EXPECT_LT(squares, random / 100);
}

TEST(LatinHypercube, PointDependsOnSeedAndTrialAlone) {
  const SearchSpace space = {{"x", Real{0, 1}}};
  const auto forwards = hypercube(context(space, 20));
  const auto backwards = hypercube(context(space, 20));
  std::vector<Params> first, last;
  for (int trial = 0; trial < 20; ++trial) first.push_back(ask(*forwards, trial));
  for (int trial = 19; trial >= 0; --trial) last.push_back(ask(*backwards, trial));
  std::reverse(last.begin(), last.end());
  EXPECT_EQ(first, last);
  EXPECT_NE(ask(*hypercube(context(space, 20, 2)), 0), first[0]);
}

/// A strategy may be asked once more than there is room for.
TEST(LatinHypercube, HasAPointBeyondTheLastTrial) {
  const SearchSpace space = {{"x", Real{0, 1}}};
  EXPECT_EQ(space.fault(ask(*hypercube(context(space, 3)), 3)), std::nullopt);
}

TEST(LatinHypercube, TrainsEachPointToTheEnd) {
  const Move move = hypercube(context({{"x", Real{0, 1}}}, 5))->ask({0, {}});
  EXPECT_EQ(std::get<Start>(move).until, 27);
  EXPECT_EQ(std::get<Start>(move).from, std::nullopt);
}

TEST(LatinHypercube, RefusesAStudyWithoutALimitOfTrials) {
  EXPECT_THAT(
      [] {
        hypercube(context({{"x", Real{0, 1}}}, 0));
      },
      ThrowsMessage<StudyError>(AllOf(HasSubstr("'trials'"), HasSubstr("use strategy 'sobol'"))));
}

TEST(LatinHypercube, RefusesWhatWouldFillTheMemory) {
  EXPECT_THAT(
      [] {
        hypercube(context({{"x", Real{0, 1}}, {"y", Real{0, 1}}}, 1'000'000'000));
      },
      ThrowsMessage<StudyError>(HasSubstr("use strategy 'sobol'")));
}

}  // namespace
}  // namespace pegbox

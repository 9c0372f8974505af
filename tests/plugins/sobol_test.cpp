#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/sobol.hpp>

#include "bundled.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

StrategyContext context(const SearchSpace& space, bool scramble = true) {
  StrategyContext result = context_for("sobol", space, 27, {{"scramble", scramble}});
  result.seed = 5;
  return result;
}

std::unique_ptr<Strategy> sobol(const StrategyContext& context) { return strategy("sobol").create(context); }

Params ask(Strategy& strategy, int trial) { return std::get<Start>(strategy.ask({trial, {}})).params; }

const SearchSpace kSquare = {{"x", Real{0, 1}}, {"y", Real{0, 1}}};

TEST(SobolSearch, TriesThePublishedPointsByNumber) {
  const auto search = sobol(context(kSquare, false));
  EXPECT_EQ(ask(*search, 4), (Params{{"x", 0.375}, {"y", 0.375}}));
  EXPECT_EQ(ask(*search, 0), (Params{{"x", 0.0}, {"y", 0.0}}));
  EXPECT_EQ(ask(*search, 1), (Params{{"x", 0.5}, {"y", 0.5}}));
  EXPECT_EQ(ask(*search, 2), (Params{{"x", 0.75}, {"y", 0.25}}));
}

TEST(SobolSearch, IsScrambledByTheSeed) {
  const auto search = sobol(context(kSquare));
  const Sobol sequence(2, 5);
  for (const int trial : {0, 1, 100, 2'147'483'647}) {
    std::vector<double> point(2);
    sequence.point(static_cast<std::uint64_t>(trial), point);
    EXPECT_EQ(ask(*search, trial), (Params{{"x", point[0]}, {"y", point[1]}}));
  }
}

/// 2^m trials: every elementary box of the two ranges has one, the logarithmic range in its logarithm.
TEST(SobolSearch, FillsTheRangesEvenly) {
  constexpr int kM = 6;
  const auto search = sobol(context({{"rate", Real{1e-6, 1, true}}, {"x", Real{-8, 8}}}));
  for (int a = 0; a <= kM; ++a) {
    std::set<std::pair<int, int>> boxes;
    for (int trial = 0; trial < 1 << kM; ++trial) {
      const Params params = ask(*search, trial);
      const double rate = (std::log10(params.get<double>("rate")) + 6) / 6;
      const double x = (params.get<double>("x") + 8) / 16;
      boxes.emplace(static_cast<int>(std::ldexp(rate, a)), static_cast<int>(std::ldexp(x, kM - a)));
    }
    EXPECT_EQ(boxes.size(), 1U << kM) << a;
  }
}

TEST(SobolSearch, TriesEachPairOfChoicesAsOften) {
  const std::vector<Value> texts = {std::string("a"), std::string("b"), std::string("c"), std::string("d")};
  const auto search = sobol(context({{"text", Choice{texts}}, {"flag", Boolean{}}}));
  std::map<std::pair<Value, Value>, int> counts;
  for (int trial = 0; trial < 64; ++trial) {
    const Params params = ask(*search, trial);
    ++counts[{params.at("text"), params.at("flag")}];
  }
  EXPECT_EQ(counts.size(), 8U);
  for (const auto& [values, count] : counts) EXPECT_EQ(count, 8);
}

/// What is inactive keeps its dimension, so that the others have the same values with it and without.
TEST(SobolSearch, LeavesOutWhatIsInactive) {
  const SearchSpace whole = {{"deep", Boolean{}}, {"width", Real{0, 1}}, {"rate", Real{0, 1}}};
  const SearchSpace conditional = {
      {"deep", Boolean{}}, {"width", Real{0, 1}, {}, {{"deep", {true}}}}, {"rate", Real{0, 1}}};
  const auto all = sobol(context(whole));
  const auto some = sobol(context(conditional));
  int inactive = 0;
  for (int trial = 0; trial < 32; ++trial) {
    Params expected = ask(*all, trial);
    const Params params = ask(*some, trial);
    if (!expected.get<bool>("deep")) {
      expected = {{"deep", false}, {"rate", expected.at("rate")}};
      ++inactive;
    }
    EXPECT_EQ(params, expected);
  }
  EXPECT_EQ(inactive, 16);
}

TEST(SobolSearch, PointDependsOnTheNumberAlone) {
  const auto told = sobol(context(kSquare));
  const auto fresh = sobol(context(kSquare));
  Trial trial;
  trial.state = State::failed;
  trial.params = kSquare.defaults();
  told->tell(trial);
  const Trial* running[] = {&trial};
  EXPECT_EQ(std::get<Start>(told->ask({7, running})).params, ask(*fresh, 7));
}

TEST(SobolSearch, TrainsEachPointToTheEnd) {
  const Move move = sobol(context(kSquare))->ask({0, {}});
  EXPECT_EQ(std::get<Start>(move).until, 27);
  EXPECT_EQ(std::get<Start>(move).from, std::nullopt);
}

TEST(SobolSearch, RefusesMoreHyperparametersThanItHasNumbersFor) {
  std::vector<Parameter> parameters(Sobol::kMostDimensions + 1, {"", Real{0, 1}});
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].name = "x" + std::to_string(i);
  const auto too_many = context(SearchSpace(parameters));
  EXPECT_THAT([&] { sobol(too_many); }, ThrowsMessage<StudyError>(HasSubstr("use strategy 'random'")));
}

}  // namespace
}  // namespace pegbox

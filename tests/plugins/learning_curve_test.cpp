#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <gmock/gmock.h>

#include "bundled.hpp"
#include "contract/simulated_study.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

constexpr Budget kEpochs = 81;
constexpr int kTrials = 60;

/// Where a trial ends up depends on x and y, how fast on c.
double learning_curve(const Params& params, Budget epoch) {
  const double x = params.get<double>("x") - 0.3, y = params.get<double>("y") - 0.7;
  return x * x + y * y + std::exp(-(0.1 + 0.2 * params.get<double>("c")) * static_cast<double>(epoch));
}

/// The epochs that all trials together trained until one was complete with at most that loss, within the epochs of 60
/// whole trials; with the least loss that was reached in the end.
struct Search {
  Budget needed = std::numeric_limits<Budget>::max();
  double least = std::numeric_limits<double>::infinity();
};

Search searched(const std::string& name, std::uint64_t seed, double loss) {
  const SearchSpace space = {{"x", Real{0, 1}}, {"y", Real{0, 1}}, {"c", Real{0, 1}}};
  StrategyContext context = context_for(name, space, kEpochs);
  context.seed = seed;
  context.window = 4;
  SimulatedStudy study(context);
  study.measure(learning_curve);
  const auto made = strategy(name).create(context);
  std::map<int, Budget> trained;
  Search search;
  Budget spent = 0;
  for (std::size_t seen = 0; spent < kTrials * kEpochs; study.step(*made)) {
    for (; seen < study.told().size(); ++seen) {
      const Trial& trial = study.told()[seen];
      spent += trial.epochs() - std::exchange(trained[trial.number], trial.epochs());
      if (trial.state != State::complete) continue;
      search.least = std::min(search.least, trial.values[0]);
      if (search.least <= loss) search.needed = std::min(search.needed, spent);
    }
  }
  return search;
}

/// The median over seeds of the part of the epochs that it needs to reach what random search reaches.
double median_part(const std::string& name) {
  std::vector<double> parts;
  for (std::uint64_t seed = 0; seed < 15; ++seed) {
    const double goal = searched("random", seed, 0).least;
    const Search search = searched(name, seed + 100, goal);
    parts.push_back(static_cast<double>(search.needed) / (kTrials * kEpochs));
  }
  std::ranges::nth_element(parts, parts.begin() + 7);
  return parts[7];
}

TEST(LearningCurves, AreCutShortByHyperband) { EXPECT_LT(median_part("hyperband"), 0.5); }

TEST(LearningCurves, AreCutShortByAsha) { EXPECT_LT(median_part("asha"), 0.3); }

/// Random search against itself, so that the two above say something.
TEST(LearningCurves, AreTrainedOutByRandomSearch) { EXPECT_GT(median_part("random"), 0.5); }

}  // namespace
}  // namespace pegbox

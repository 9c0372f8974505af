#include "strategy_bench.hpp"

#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/nesting.hpp>
#include <pegbox/random.hpp>

namespace pegbox {
namespace {

StrategyContext with_others(const StrategyContext& context, const StrategyLookup& others) {
  const auto make = [others](const std::string& name, const Params& settings, StrategyContext inner) {
    const StrategyPlugin& other = others(name);
    inner.settings = resolve("strategy '" + name + "'", other.settings(), settings);
    return other.create(inner);
  };
  return nesting(context, "", make);  // its own name is not known here
}

}  // namespace

StrategyBench::StrategyBench(const StrategyPlugin& tried, StrategyLookup lookup, const SearchSpace& space)
    : plugin(tried), others(std::move(lookup)) {
  context.space = space;
  context.objectives = {{"loss"}};
  context.epochs = 9;
  context.window = 4;
  context.seed = 1;
  context.settings = resolve("strategy", plugin.settings(), {});
  if (strategy()) return;
  constexpr int kPlenty = 1000;
  context.trials = kPlenty;
  if (!strategy()) context.trials = 0;
}

std::unique_ptr<Strategy> StrategyBench::strategy() {
  try {
    return plugin.create(with_others(context, others));
  } catch (const StudyError& error) {
    refusal = error.what();
    return nullptr;
  }
}

bool StrategyBench::taken_by(const std::string& name) const {
  try {
    return with_others(context, others).strategy(name, {}) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

int moves_on(const SearchSpace& space) {
  constexpr std::size_t kWide = 50;
  return space.size() > kWide ? kMoves : 2 * kMoves;
}

Fate varied(int trial) {
  if (trial % 5 == 4) return trial % 2 == 0 ? Fate::fails : Fate::breaks;
  return trial % 3 == 2 ? Fate::pruned : Fate::reaches;
}

std::map<int, Params> foreign_points(const StrategyContext& context) {
  std::map<int, Params> foreign = {{0, context.space.defaults()}, {1, context.space.defaults()}};
  for (const int trial : {2, 5, 6, 7, 8, 9, 20}) {
    Random random(context.seed, trial, "foreign");
    std::vector<double> point(context.space.size());
    for (double& place : point) place = random.uniform();
    foreign[trial] = context.space.decode(point);
  }
  return foreign;
}

Fate foreign_fate(int trial) {
  switch (trial) {
    case 1:
    case 6:
      return Fate::completed_elsewhere;
    case 5:
      return Fate::pruned_elsewhere;
    default:
      return varied(trial);
  }
}

}  // namespace pegbox

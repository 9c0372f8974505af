#include "hand_made.hpp"

#include <pegbox/nesting.hpp>

#include "bundled.hpp"

namespace pegbox {

Trial hand_made(int number, const std::vector<double>& losses, State state) {
  Trial trial;
  trial.number = number;
  trial.state = state;
  for (const double loss : losses) {
    trial.reports.push_back({static_cast<Budget>(trial.reports.size()) + 1, {{"loss", loss}}});
  }
  return trial;
}

JudgedBy::JudgedBy(std::string name, Params settings, Objective objective, Budget epochs) {
  const PrunerPlugin& plugin = pruner(name);
  pruner_ =
      plugin.create({{std::move(objective)}, epochs, resolve("pruner '" + name + "'", plugin.settings(), settings)});
}

bool JudgedBy::keeps(const Trial& running, const std::vector<Trial>& told) const {
  std::vector<const Trial*> pointers;
  for (const Trial& trial : told) pointers.push_back(&trial);
  return pruner_->keep(running, pointers);
}

bool JudgedBy::keeps_after(const std::vector<double>& losses, const std::vector<Trial>& told) const {
  return keeps(hand_made(1000, losses, State::running), told);
}

StrategyContext with_others(StrategyContext context, const std::string& name) {
  return nesting(std::move(context), name, [](const std::string& other, const Params& settings, StrategyContext inner) {
    inner.settings = resolve("strategy '" + other + "'", strategy(other).settings(), settings);
    return strategy(other).create(inner);
  });
}

StrategyContext context_for(const std::string& name, SearchSpace space, Budget epochs, const Params& settings) {
  StrategyContext context;
  context.space = std::move(space);
  context.objectives = {{"loss"}};
  context.epochs = epochs;
  context.seed = 1;
  context.settings = resolve("strategy '" + name + "'", strategy(name).settings(), settings);
  return with_others(std::move(context), name);
}

void tell(Strategy& strategy, const StrategyContext& context, Trial trial, Budget until, double loss) {
  trial.until = until;
  trial.reports.push_back({until, {{"loss", loss}}});
  trial.values = {loss};
  trial.state = until < context.epochs ? State::paused : State::complete;
  strategy.tell(trial);
}

}  // namespace pegbox

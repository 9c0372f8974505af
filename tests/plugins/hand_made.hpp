#pragma once

#include <memory>
#include <string>
#include <vector>

#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {

/// A trial that measured these losses in its epochs from 1 on.
Trial hand_made(int number, const std::vector<double>& losses, State state = State::complete);

/// Whether the bundled pruner of that name keeps the last of the trials, told of the others.
class JudgedBy {
 public:
  explicit JudgedBy(std::string name, Params settings = {}, Objective objective = {"loss"}, Budget epochs = 1000);

  bool keeps(const Trial& running, const std::vector<Trial>& told = {}) const;

  /// The same for a trial 1000 that runs and measured these losses.
  bool keeps_after(const std::vector<double>& losses, const std::vector<Trial>& told = {}) const;

 private:
  std::unique_ptr<Pruner> pruner_;
};

/// The context of the bundled strategy of that name, with the others inside.
StrategyContext with_others(StrategyContext context, const std::string& name);

/// A context for the bundled strategy of that name: one objective `loss`, window 1, other bundled strategies inside.
StrategyContext context_for(const std::string& name, SearchSpace space, Budget epochs, const Params& settings = {});

/// Tells of a trial that has this loss at epoch `until`.
void tell(Strategy& strategy, const StrategyContext& context, Trial trial, Budget until, double loss);

}  // namespace pegbox

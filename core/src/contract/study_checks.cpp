#include "contract_spaces.hpp"
#include "strategy_bench.hpp"
#include "strategy_checks.hpp"

namespace pegbox {
namespace {

Faults any_window(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    StrategyBench bench(plugin, others, mixed_space(continuous));
    for (int window = 1; window <= 16; ++window) {
      bench.context.window = window;
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context, varied);
      study.run(*strategy, kMoves + window);
      add(faults, "window " + std::to_string(window), study.faults());
    }
  }
  for (const ContractSpace& one : contract_spaces()) {
    StrategyBench bench(plugin, others, one.space);
    bench.context.window = 16;
    const auto strategy = bench.strategy();
    if (!strategy) continue;
    SimulatedStudy study(bench.context, varied);
    study.run(*strategy, moves_on(one.space));
    add(faults, one.name + ", window 16", study.faults());
  }
  return faults;
}

/// As with `order: arrival`.
Faults any_order(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    StrategyBench bench(plugin, others, mixed_space(continuous));
    for (const int window : {2, 8}) {
      bench.context.window = window;
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context, varied, {}, Telling::shuffled);
      study.run(*strategy, 3 * kMoves);
      add(faults, "results out of order, window " + std::to_string(window), study.faults());
    }
  }
  return faults;
}

/// A strategy may resume trials where the study has no room for more of them, but comes to an end.
Faults any_limit(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const int trials : {1, 2, 7, kMoves}) {
    for (const int window : {1, 4}) {
      StrategyBench bench(plugin, others, mixed_space(false));
      bench.context.trials = trials;
      bench.context.window = window;
      const auto strategy = bench.strategy();
      if (!strategy) break;
      const std::string where = std::to_string(trials) + " trials, window " + std::to_string(window);
      SimulatedStudy study(bench.context, varied);
      study.run(*strategy, 100 * kMoves);
      add(faults, where, study.faults());
      if (!study.done()) faults.push_back(where + ": it comes to no end");
    }
  }
  return faults;
}

Faults any_budget(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    for (const Budget epochs : {1, 2, 10, 81, 1000}) {
      StrategyBench bench(plugin, others, mixed_space(continuous));
      bench.context.epochs = epochs;
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context);
      study.run(*strategy, 2 * kMoves);
      add(faults, std::to_string(epochs) + " epochs", study.faults());
    }
  }
  return faults;
}

/// Whether a word in single quotes is a strategy that takes the study.
bool names_one_that_takes(const std::string& text, const StrategyBench& bench) {
  for (std::size_t begin = text.find('\''); begin != std::string::npos;) {
    const std::size_t end = text.find('\'', begin + 1);
    if (end == std::string::npos) return false;
    if (bench.taken_by(text.substr(begin + 1, end - begin - 1))) return true;
    begin = end;
  }
  return false;
}

/// A space that was refused with one objective already is passed over.
Faults any_objective(const StrategyPlugin& plugin, const StrategyLookup& others) {
  const std::vector<std::vector<Objective>> objectives = {
      {{"accuracy", true}}, {{"loss"}, {"accuracy", true}}, {{"loss"}, {"accuracy", true}, {"size"}}};
  Faults faults;
  for (const bool continuous : {true, false}) {
    if (!StrategyBench(plugin, others, mixed_space(continuous)).strategy()) continue;
    for (const auto& some : objectives) {
      StrategyBench bench(plugin, others, mixed_space(continuous));
      bench.context.objectives = some;
      const std::string where = std::to_string(some.size()) + (some.size() == 1 ? " objective" : " objectives");
      const auto strategy = bench.strategy();
      if (!strategy) {
        if (names_one_that_takes(bench.refusal, bench)) continue;
        faults.push_back(where +
                         ": it refuses without naming, in single quotes, a strategy that takes them: " + bench.refusal);
        continue;
      }
      SimulatedStudy study(bench.context, varied);
      study.run(*strategy, kMoves);
      add(faults, where, study.faults());
    }
  }
  return faults;
}

}  // namespace

std::vector<StrategyCheck> study_checks() {
  return {{"any_window", "windows from 1 to 16 are kept to", any_window},
          {"any_order", "results may be told in any order", any_order},
          {"any_limit", "a limited study comes to its end", any_limit},
          {"any_budget", "budgets are at most the study's epochs, and more than was reached", any_budget},
          {"any_objective", "it maximises; it takes two and three objectives, or names a strategy that does",
           any_objective}};
}

}  // namespace pegbox

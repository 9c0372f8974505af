#include <utility>

#include "contract_spaces.hpp"
#include "strategy_bench.hpp"
#include "strategy_checks.hpp"

namespace pegbox {
namespace {

/// Tells a new strategy what had been told, lets both go on, and compares.
void compare_restored(StrategyBench& bench, int moves, SimulatedStudy study, const std::string& where, Faults& faults) {
  const auto original = bench.strategy();
  const auto restored = bench.strategy();
  if (!original || !restored) return;
  study.run(*original, moves);
  SimulatedStudy copy = study;
  for (const Trial& trial : study.told()) restored->tell(trial);
  for (int i = 0; i < kMoves / 2; ++i) {
    const std::string expected = study.step(*original);
    const std::string got = copy.step(*restored);
    if (expected == got) continue;
    faults.push_back(where + ", " + std::to_string(i) + " moves after it was restored: '" + got + "' instead of '" +
                     expected + "'");
    return;
  }
}

Faults history_restores(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    StrategyBench bench(plugin, others, one.space);
    for (const auto& [window, moves] : {std::pair(1, 20), std::pair(3, 7), std::pair(8, 45)}) {
      if (moves > moves_on(one.space)) continue;
      bench.context.window = window;
      const std::string where =
          one.name + ", window " + std::to_string(window) + ", " + std::to_string(moves) + " moves";
      compare_restored(bench, moves, SimulatedStudy(bench.context, varied), where, faults);
    }
  }
  return faults;
}

/// With everything that can be in a history: points from elsewhere, failures, results out of order, a limit.
Faults any_history_restores(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    StrategyBench bench(plugin, others, mixed_space(continuous));
    for (int moves = 1; moves <= 2 * kMoves; moves += 7) {
      for (const Telling telling : {Telling::dispatch, Telling::shuffled}) {
        bench.context.trials = moves % 2 == 0 ? 0 : kMoves;
        bench.context.window = 1 + moves % 7;
        const SimulatedStudy study(bench.context, foreign_fate, foreign_points(bench.context), telling);
        compare_restored(bench, moves, study, std::to_string(moves) + " moves", faults);
      }
    }
  }
  return faults;
}

}  // namespace

std::vector<StrategyCheck> history_checks() {
  return {{"history_restores", "told its history again, a new object goes on with the same moves", history_restores},
          {"any_history_restores", "so too with failures, points from elsewhere and results out of order",
           any_history_restores}};
}

}  // namespace pegbox

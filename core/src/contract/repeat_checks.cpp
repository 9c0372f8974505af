#include <algorithm>
#include <set>

#include "contract_spaces.hpp"
#include "strategy_bench.hpp"
#include "strategy_checks.hpp"

namespace pegbox {
namespace {

std::string first_difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto length = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < length; ++i) {
    if (a[i] != b[i]) return "move " + std::to_string(i) + " is '" + a[i] + "' and '" + b[i] + "'";
  }
  return std::to_string(a.size()) + " moves and " + std::to_string(b.size());
}

Faults same_seed_same_moves(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    StrategyBench bench(plugin, others, one.space);
    const auto first = bench.strategy();
    const auto second = bench.strategy();
    if (!first || !second) continue;
    SimulatedStudy a(bench.context, varied), b(bench.context, varied);
    a.run(*first, kMoves);
    b.run(*second, kMoves);
    if (a.moves() != b.moves()) faults.push_back(one.name + ": " + first_difference(a.moves(), b.moves()));
  }
  return faults;
}

Faults other_seed_other_moves(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    std::set<std::vector<std::string>> different;
    constexpr std::uint64_t kSeeds = 5;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      StrategyBench bench(plugin, others, mixed_space(continuous));
      bench.context.seed = seed;
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context);
      study.run(*strategy, kMoves);
      if (!different.insert(study.moves()).second) faults.emplace_back("two seeds gave the same moves");
    }
  }
  return faults;
}

/// Two studies of which each makes a move in turn.
Faults nothing_is_shared(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    StrategyBench bench(plugin, others, mixed_space(continuous));
    StrategyBench beside(plugin, others, mixed_space(false));
    beside.context.seed = 2;
    beside.context.window = 1;
    const auto alone = bench.strategy();
    if (!alone) continue;
    SimulatedStudy expected(bench.context, varied);
    expected.run(*alone, kMoves);
    const auto first = bench.strategy();
    const auto second = beside.strategy();
    if (!first || !second) continue;
    SimulatedStudy got(bench.context, varied), other(beside.context, varied);
    for (int i = 0; i < kMoves; ++i) {
      got.step(*first);
      other.step(*second);
    }
    if (got.moves() == expected.moves()) continue;
    faults.push_back("alone and beside another study: " + first_difference(expected.moves(), got.moves()));
  }
  return faults;
}

}  // namespace

std::vector<StrategyCheck> repeat_checks() {
  return {{"same_seed_same_moves", "the same seed gives the same moves", same_seed_same_moves},
          {"other_seed_other_moves", "another seed gives other moves", other_seed_other_moves},
          {"nothing_is_shared", "two studies in one process do not change each other", nothing_is_shared}};
}

}  // namespace pegbox

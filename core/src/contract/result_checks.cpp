#include <array>
#include <limits>

#include "contract_spaces.hpp"
#include "strategy_bench.hpp"
#include "strategy_checks.hpp"

namespace pegbox {
namespace {

Faults failures_are_survived(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    StrategyBench bench(plugin, others, one.space);
    for (const auto& [fate, what] : {std::pair(Fate::fails, "failed"), std::pair(Fate::breaks, "failed at once"),
                                     std::pair(Fate::pruned, "pruned")}) {
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context, [all = fate](int) { return all; });
      study.run(*strategy, kMoves);
      add(faults, one.name + ", all " + what, study.faults());
    }
  }
  return faults;
}

/// Results that take turns.
struct Results {
  std::string name;
  std::vector<double> costs;
};

std::vector<Results> extreme_results() {
  constexpr double kHuge = 1e300;
  constexpr double kMost = std::numeric_limits<double>::max();
  constexpr double kLeast = std::numeric_limits<double>::denorm_min();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  return {{"all 0", {0}},
          {"all 1e300", {kHuge}},
          {"all -1e300", {-kHuge}},
          {"1e300 and less", {kHuge, 1, -kHuge, 0}},
          {"the largest numbers", {kMost, -kMost, kMost / 2}},
          {"the smallest numbers", {kLeast, -kLeast, 0}},
          {"infinities among others", {kInfinite, 1, -kInfinite, 2, 3}}};
}

Faults extreme_results_are_survived(const StrategyPlugin& plugin, const StrategyLookup& others) {
  const std::vector<std::vector<Objective>> objectives = {{{"loss"}}, {{"loss"}, {"accuracy", true}}};
  Faults faults;
  for (const bool continuous : {true, false}) {
    for (const auto& some : objectives) {
      StrategyBench bench(plugin, others, mixed_space(continuous));
      bench.context.objectives = some;
      for (const Results& results : extreme_results()) {
        const auto strategy = bench.strategy();
        if (!strategy) break;
        SimulatedStudy study(bench.context);
        study.measure([&results, next = std::size_t{0}](const Params&, Budget) mutable {
          return results.costs[next++ % results.costs.size()];
        });
        study.run(*strategy, kMoves / 2);
        add(faults, results.name, study.faults());
      }
    }
  }
  return faults;
}

Faults foreign_points_are_survived(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    StrategyBench bench(plugin, others, one.space);
    const auto strategy = bench.strategy();
    if (!strategy) continue;
    SimulatedStudy study(bench.context, foreign_fate, foreign_points(bench.context));
    study.run(*strategy, kMoves);
    add(faults, one.name, study.faults());
  }
  return faults;
}

/// What was tried first is one point, with equal results and with others.
Faults one_point_again_is_survived(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    StrategyBench bench(plugin, others, mixed_space(continuous));
    std::map<int, Params> same;
    for (int trial = 0; trial < kMoves; ++trial) same[trial] = bench.context.space.defaults();
    for (const bool equal : {true, false}) {
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context, {}, same);
      study.measure([equal, next = 0](const Params&, Budget) mutable { return equal ? 1.0 : next++; });
      study.run(*strategy, kMoves + kMoves / 2);
      add(faults, equal ? "equal results" : "different results", study.faults());
    }
  }
  return faults;
}

}  // namespace

std::vector<StrategyCheck> result_checks() {
  return {
      {"failures_are_survived", "it goes on where every trial fails or is pruned", failures_are_survived},
      {"extreme_results_are_survived", "it goes on after results that are equal, huge, tiny or infinite",
       extreme_results_are_survived},
      {"foreign_points_are_survived", "it goes on after trials that it did not ask for, also those of other programs",
       foreign_points_are_survived},
      {"one_point_again_is_survived", "it goes on after one point was tried again and again",
       one_point_again_is_survived}};
}

}  // namespace pegbox

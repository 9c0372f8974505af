#include <algorithm>
#include <array>

#include "contract_spaces.hpp"
#include "strategy_bench.hpp"
#include "strategy_checks.hpp"

namespace pegbox {
namespace {

Faults points_fit(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    StrategyBench bench(plugin, others, one.space);
    const auto strategy = bench.strategy();
    if (!strategy) continue;
    SimulatedStudy study(bench.context);
    study.run(*strategy, kMoves);
    add(faults, one.name, study.faults());
    if (study.trials().empty()) faults.push_back(one.name + ": it tried nothing");
  }
  return faults;
}

bool names_a_hyperparameter(const std::string& text, const SearchSpace& space) {
  return std::any_of(space.begin(), space.end(), [&](const Parameter& parameter) {
    return text.find("'" + parameter.name + "'") != std::string::npos;
  });
}

Faults refusals_are_clear(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  bool takes_one = false;
  for (const ContractSpace& one : contract_spaces()) {
    StrategyBench bench(plugin, others, one.space);
    if (bench.strategy()) {
      takes_one = true;
      if (bench.context.trials > 0 && bench.refusal.find("'trials'") == std::string::npos) {
        faults.push_back(one.name +
                         ": it needs a limit of trials, and refuses without naming 'trials': " + bench.refusal);
      }
    } else if (!names_a_hyperparameter(bench.refusal, one.space)) {
      faults.push_back(one.name + ": it refuses without naming a hyperparameter: " + bench.refusal);
    }
  }
  if (!takes_one) faults.emplace_back("it refuses every space, so that nothing else could be checked");
  return faults;
}

/// Which thirds of a log range, in the logarithm, are tried.
std::array<bool, 3> thirds(const StrategyPlugin& plugin, const StrategyLookup& others, const SearchSpace& space) {
  std::array<bool, 3> tried{};
  constexpr std::uint64_t kSeeds = 6;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    StrategyBench bench(plugin, others, space);
    bench.context.seed = seed;
    const auto strategy = bench.strategy();
    if (!strategy) return {true, true, true};
    SimulatedStudy study(bench.context);
    study.run(*strategy, kMoves);
    for (const auto& [number, trial] : study.trials()) {
      if (space.fault(trial.params)) continue;
      const double place = space.encode(trial.params).front();
      tried[static_cast<std::size_t>(std::min(3 * place, 2.0))] = true;
    }
  }
  return tried;
}

Faults log_ranges_are_searched(const StrategyPlugin& plugin, const StrategyLookup& others) {
  const SearchSpace real = {{"x", Real{1e-8, 1e8, true}}};
  // Who lists all values of the second takes no notice of the first.
  const SearchSpace whole = {{"x", Integer{1, 1'000'000, true}}};
  if (!StrategyBench(plugin, others, real).strategy()) return {};
  const std::array<const char*, 3> names = {"lowest", "middle", "highest"};
  Faults faults;
  for (const SearchSpace& space : {real, whole}) {
    const auto tried = thirds(plugin, others, space);
    for (std::size_t i = 0; i < tried.size(); ++i) {
      if (tried[i]) continue;
      faults.push_back(to_string(space[0].domain) + ": no seed led it to the " + names[i] + " third");
    }
  }
  return faults;
}

}  // namespace

std::vector<StrategyCheck> point_checks() {
  return {{"points_fit", "values are in range, on their step, and of the space", points_fit},
          {"refusals_are_clear", "a refusal names the hyperparameter that it is for, or 'trials'", refusals_are_clear},
          {"log_ranges_are_searched", "on a log range each third of the logarithm is tried", log_ranges_are_searched}};
}

}  // namespace pegbox

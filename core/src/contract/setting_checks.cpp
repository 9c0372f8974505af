#include "contract_spaces.hpp"
#include "setting_values.hpp"
#include "strategy_bench.hpp"
#include "strategy_checks.hpp"

namespace pegbox {
namespace {

Faults settings_are_declared(const StrategyPlugin& plugin, const StrategyLookup&) {
  return declaration_faults(plugin.settings());
}

/// Some settings make every move costly.
constexpr int kFewMoves = 20;

Faults try_value(const Setting& setting, const Value& value, StrategyBench& bench) {
  const std::string where = setting.name + "=" + to_string(value);
  bench.context.settings.set(setting.name, value);
  const auto strategy = bench.strategy();
  if (!strategy) {
    if (names_setting(bench.refusal, setting.name)) return {};
    return {where + ": it refuses without naming the setting: " + bench.refusal};
  }
  SimulatedStudy study(bench.context, varied);
  study.run(*strategy, kFewMoves);
  Faults faults;
  add(faults, where, study.faults());
  return faults;
}

Faults any_setting(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    for (const Setting& setting : plugin.settings()) {
      for (const Value& value : setting_values(setting)) {
        StrategyBench bench(plugin, others, mixed_space(continuous));
        if (!bench.strategy()) break;
        add(faults, continuous ? "mixed" : "discrete", try_value(setting, value, bench));
      }
    }
  }
  return faults;
}

Faults choice_is_one_line(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    for (const int trials : {0, 1, 1000}) {
      StrategyBench bench(plugin, others, one.space);
      bench.context.trials = trials;
      const auto strategy = bench.strategy();
      if (!strategy) continue;
      const std::string choice = strategy->choice();
      const std::string where = one.name + ", " + std::to_string(trials) + " trials: ";
      if (choice.find('\n') != std::string::npos) faults.push_back(where + "its choice has several lines: " + choice);
      if (strategy->choice() != choice) faults.push_back(where + "asked twice it says different things of its choice");
    }
  }
  return faults;
}

}  // namespace

std::vector<StrategyCheck> setting_checks() {
  return {
      {"settings_are_declared", "each setting has a name, a text of one line and a default of its own domain",
       settings_are_declared},
      {"any_setting", "the ends of each setting's range and each choice work, or are refused by its name", any_setting},
      {"choice_is_one_line", "what it says of its choice is one line", choice_is_one_line}};
}

}  // namespace pegbox

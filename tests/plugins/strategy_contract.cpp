#include "strategy_contract.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "contract_spaces.hpp"
#include "simulated_study.hpp"

namespace pegbox {
namespace {

using Faults = std::vector<std::string>;

constexpr int kMoves = 30;

/// A study that a plug-in is tried on.
class Bench {
 public:
  Bench(const StrategyPlugin& plugin, const StrategyLookup& others, const SearchSpace& space) : plugin_(plugin) {
    context.space = space;
    context.objectives = {{"loss"}};
    context.epochs = 9;
    context.window = 4;
    context.seed = 1;
    context.settings = resolve("strategy", plugin.settings(), {});
    context.strategy = [this, &others](std::string_view name) {
      const StrategyPlugin& other = others(name);
      StrategyContext inner = context;
      inner.settings = resolve("strategy", other.settings(), {});
      return other.create(inner);
    };
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// A new strategy, or none where it refuses the study; `refusal` then has its words.
  std::unique_ptr<Strategy> strategy() {
    try {
      return plugin_.create(context);
    } catch (const StudyError& error) {
      refusal = error.what();
      return nullptr;
    }
  }

  StrategyContext context;
  std::string refusal;

 private:
  const StrategyPlugin& plugin_;
};

/// Each third trial is pruned, each fifth fails.
Fate varied(int trial) {
  if (trial % 5 == 4) return Fate::fails;
  return trial % 3 == 2 ? Fate::pruned : Fate::reaches;
}

void add(Faults& faults, const std::string& where, const Faults& found) {
  for (const std::string& one : found) faults.push_back(where + ": " + one);
}

std::string first_difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto length = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < length; ++i) {
    if (a[i] != b[i]) return "move " + std::to_string(i) + " is '" + a[i] + "' and '" + b[i] + "'";
  }
  return std::to_string(a.size()) + " moves and " + std::to_string(b.size());
}

Faults points_fit(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    Bench bench(plugin, others, one.space);
    const auto strategy = bench.strategy();
    if (!strategy) continue;
    SimulatedStudy study(bench.context);
    study.run(*strategy, kMoves);
    add(faults, one.name, study.faults());
    if (study.trials().empty()) faults.push_back(one.name + ": it tried nothing");
  }
  return faults;
}

Faults refusals_are_clear(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    Bench bench(plugin, others, one.space);
    if (bench.strategy()) continue;
    if (!one.continuous) {
      faults.push_back(one.name + ": it refuses a space that can be listed: " + bench.refusal);
      continue;
    }
    const bool names_one = std::any_of(one.space.begin(), one.space.end(), [&](const Parameter& parameter) {
      return bench.refusal.find("'" + parameter.name + "'") != std::string::npos;
    });
    if (!names_one) faults.push_back(one.name + ": it refuses without naming a hyperparameter: " + bench.refusal);
  }
  return faults;
}

Faults same_seed_same_moves(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    Bench bench(plugin, others, one.space);
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
    constexpr int kSeeds = 5;
    for (int seed = 0; seed < kSeeds; ++seed) {
      Bench bench(plugin, others, mixed_space(continuous));
      bench.context.seed = static_cast<std::uint64_t>(seed);
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context);
      study.run(*strategy, kMoves);
      if (!different.insert(study.moves()).second) faults.push_back("two seeds gave the same moves");
    }
  }
  return faults;
}

/// The defaults as trial 0, points from elsewhere, one of them twice.
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

/// Tells a new strategy what had been told, lets both go on, and compares.
void compare_restored(Bench& bench, int moves, SimulatedStudy study, const std::string& where, Faults& faults) {
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
    Bench bench(plugin, others, one.space);
    for (const auto& [window, moves] : {std::pair(1, 20), std::pair(3, 7), std::pair(8, 45)}) {
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
    Bench bench(plugin, others, mixed_space(continuous));
    for (int moves = 1; moves <= 2 * kMoves; moves += 3) {
      for (const Telling telling : {Telling::dispatch, Telling::shuffled}) {
        bench.context.trials = moves % 2 == 0 ? 0 : kMoves;
        bench.context.window = 1 + moves % 7;
        const SimulatedStudy study(bench.context, varied, foreign_points(bench.context), telling);
        compare_restored(bench, moves, study, std::to_string(moves) + " moves", faults);
      }
    }
  }
  return faults;
}

/// As with `order: arrival`.
Faults any_order(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    Bench bench(plugin, others, mixed_space(continuous));
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
      Bench bench(plugin, others, mixed_space(false));
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

Faults any_window(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    Bench bench(plugin, others, mixed_space(continuous));
    for (int window = 1; window <= 16; ++window) {
      bench.context.window = window;
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context, varied);
      study.run(*strategy, 2 * kMoves);
      add(faults, "window " + std::to_string(window), study.faults());
    }
  }
  return faults;
}

Faults any_budget(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const bool continuous : {true, false}) {
    for (const Budget epochs : {1, 2, 10, 81, 1000}) {
      Bench bench(plugin, others, mixed_space(continuous));
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

Faults failures_are_survived(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    Bench bench(plugin, others, one.space);
    for (const Fate fate : {Fate::fails, Fate::pruned}) {
      const auto strategy = bench.strategy();
      if (!strategy) break;
      SimulatedStudy study(bench.context, [fate](int) { return fate; });
      study.run(*strategy, kMoves);
      add(faults, one.name + (fate == Fate::fails ? ", all failed" : ", all pruned"), study.faults());
    }
  }
  return faults;
}

Faults foreign_points_are_survived(const StrategyPlugin& plugin, const StrategyLookup& others) {
  Faults faults;
  for (const ContractSpace& one : contract_spaces()) {
    Bench bench(plugin, others, one.space);
    const auto strategy = bench.strategy();
    if (!strategy) continue;
    SimulatedStudy study(bench.context, varied, foreign_points(bench.context));
    study.run(*strategy, kMoves);
    add(faults, one.name, study.faults());
  }
  return faults;
}

Faults any_objective(const StrategyPlugin& plugin, const StrategyLookup& others) {
  const std::vector<std::vector<Objective>> objectives = {{{"accuracy", true}}, {{"loss"}, {"accuracy", true}}};
  Faults faults;
  for (const bool continuous : {true, false}) {
    for (const auto& some : objectives) {
      Bench bench(plugin, others, mixed_space(continuous));
      bench.context.objectives = some;
      const auto strategy = bench.strategy();
      if (!strategy) continue;
      SimulatedStudy study(bench.context, varied);
      study.run(*strategy, kMoves);
      add(faults, std::to_string(some.size()) + " objectives", study.faults());
    }
  }
  return faults;
}

}  // namespace

std::vector<ContractCheck> strategy_contract() {
  return {{"points_fit", points_fit},
          {"refusals_are_clear", refusals_are_clear},
          {"same_seed_same_moves", same_seed_same_moves},
          {"other_seed_other_moves", other_seed_other_moves},
          {"history_restores", history_restores},
          {"any_history_restores", any_history_restores},
          {"any_window", any_window},
          {"any_order", any_order},
          {"any_limit", any_limit},
          {"any_budget", any_budget},
          {"any_objective", any_objective},
          {"failures_are_survived", failures_are_survived},
          {"foreign_points_are_survived", foreign_points_are_survived}};
}

}  // namespace pegbox

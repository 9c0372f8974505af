#include "pruner_contract.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include "pruner_bench.hpp"
#include "setting_values.hpp"

namespace pegbox {
namespace {

using Answers = std::vector<std::string>;

Faults thrown(const std::vector<Question>& questions, const Answers& answers) {
  Faults faults;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (answers[i].starts_with("threw")) faults.push_back(questions[i].name + ": it " + answers[i]);
  }
  return faults;
}

Faults differences(const std::vector<Question>& questions, const Answers& expected, const Answers& got) {
  Faults faults;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (got[i] == expected[i]) continue;
    faults.push_back(questions[i].name + ": the trial " + got[i] + ", and at first: " + expected[i]);
  }
  return faults;
}

Faults settings_are_declared(const PrunerPlugin& plugin) { return declaration_faults(plugin.settings()); }

bool names_some_setting(const std::string& refusal, const std::vector<Setting>& declared) {
  return std::ranges::any_of(declared, [&](const Setting& one) { return names_setting(refusal, one.name); });
}

Faults refusals_are_clear(const PrunerPlugin& plugin) {
  PrunerBench bench(plugin);
  if (!bench.pruner())
    return {"it refuses a study with one objective, so that nothing else could be checked: " + bench.refusal};
  if (bench.refusal.empty() || names_some_setting(bench.refusal, plugin.settings())) return {};
  return {"it refuses its default settings without naming one: " + bench.refusal};
}

Faults any_setting(const PrunerPlugin& plugin) {
  Faults faults;
  for (const Setting& setting : plugin.settings()) {
    for (const Value& value : setting_values(setting)) {
      PrunerBench bench(plugin);
      bench.context.settings.set(setting.name, value);
      const std::string where = setting.name + "=" + to_string(value);
      if (const auto pruner = bench.pruner()) {
        const auto all = questions(bench.context.objectives.front(), bench.context.epochs);
        add(faults, where, thrown(all, answers(*pruner, all)));
      } else if (!names_some_setting(bench.refusal, plugin.settings())) {
        faults.push_back(where + ": it refuses without naming a setting: " + bench.refusal);
      }
    }
  }
  return faults;
}

Faults any_history(const PrunerPlugin& plugin) {
  PrunerBench bench(plugin);
  const auto pruner = bench.pruner();
  if (!pruner) return {};
  const auto all = questions(bench.context.objectives.front(), bench.context.epochs);
  return thrown(all, answers(*pruner, all));
}

Faults extreme_results(const PrunerPlugin& plugin) {
  PrunerBench bench(plugin);
  const auto pruner = bench.pruner();
  if (!pruner) return {};
  Faults faults;
  using Limits = std::numeric_limits<double>;
  for (const double factor : {0.0, 1e300, Limits::max(), Limits::min(), Limits::denorm_min(), Limits::infinity()}) {
    const auto all = questions(bench.context.objectives.front(), bench.context.epochs,
                               [&](double value) { return value == 0 ? 0 : factor * value; });
    add(faults, "values times " + to_string(Value(factor)), thrown(all, answers(*pruner, all)));
  }
  return faults;
}

Faults any_budget(const PrunerPlugin& plugin) {
  Faults faults;
  for (const Budget epochs : {1, 2, 10, 81, 1000}) {
    PrunerBench bench(plugin);
    bench.context.epochs = epochs;
    const auto pruner = bench.pruner();
    if (!pruner) continue;
    const auto all = questions(bench.context.objectives.front(), epochs);
    add(faults, std::to_string(epochs) + " epochs", thrown(all, answers(*pruner, all)));
  }
  return faults;
}

Faults any_objective(const PrunerPlugin& plugin) {
  Faults faults;
  for (const std::vector<Objective>& objectives :
       {std::vector<Objective>{{"loss", true}}, std::vector<Objective>{{"loss"}, {"another", true}}}) {
    PrunerBench bench(plugin);
    bench.context.objectives = objectives;
    const auto pruner = bench.pruner();
    if (!pruner) continue;
    auto all = questions(objectives.front(), bench.context.epochs);
    add(faults, std::to_string(objectives.size()) + (objectives.size() == 1 ? " objective" : " objectives"),
        thrown(all, answers(*pruner, all)));
  }
  return faults;
}

/// Whatever it was asked before, and by another object.
Faults same_answers(const PrunerPlugin& plugin) {
  PrunerBench bench(plugin);
  const auto first = bench.pruner();
  const auto second = bench.pruner();
  if (!first || !second) return {};
  const auto all = questions(bench.context.objectives.front(), bench.context.epochs);
  const Answers expected = answers(*first, all);
  Faults faults;
  add(faults, "asked again", differences(all, expected, answers(*first, all)));
  const std::vector<Question> reversed(all.rbegin(), all.rend());
  Answers got = answers(*second, reversed);
  std::ranges::reverse(got);
  add(faults, "another object, asked in another order", differences(all, expected, got));
  return faults;
}

Faults threads_agree(const PrunerPlugin& plugin) {
  PrunerBench bench(plugin);
  const auto pruner = bench.pruner();
  if (!pruner) return {};
  const auto all = questions(bench.context.objectives.front(), bench.context.epochs);
  const Answers expected = answers(*pruner, all);
  std::vector<Answers> got(4);
  std::vector<std::thread> threads;
  for (Answers& own : got) threads.emplace_back([&] { own = answers(*pruner, all); });
  for (std::thread& thread : threads) thread.join();
  Faults faults;
  for (const Answers& own : got) add(faults, "asked by several threads at once", differences(all, expected, own));
  return faults;
}

/// Of a pruner for which only differences count: one with bounds in the objective's own unit may well tell loss 1 from
/// loss -1.
Faults directions_are_mirrored(const PrunerPlugin& plugin) {
  PrunerBench bench(plugin);
  const Objective minimised{"loss", false}, maximised{"loss", true};
  bench.context.objectives = {minimised};
  const auto pruner = bench.pruner();
  bench.context.objectives = {maximised};
  const auto mirrored = bench.pruner();
  if (!pruner || !mirrored) return {};
  const Budget epochs = bench.context.epochs;
  const auto all = questions(minimised, epochs);
  const Answers expected = answers(*pruner, all);
  constexpr double kShift = 64;
  for (const double shift : {kShift, -kShift}) {
    const auto moved = questions(minimised, epochs, [&](double value) { return value + shift; });
    if (answers(*pruner, moved) != expected) return {};
  }
  Faults faults;
  add(faults, "the objective mirrored and maximised",
      differences(all, expected, answers(*mirrored, questions(maximised, epochs))));
  return faults;
}

}  // namespace

std::vector<PrunerCheck> pruner_contract() {
  return {
      {"settings_are_declared", "each setting has a name, a text of one line and a default of its own domain",
       settings_are_declared},
      {"refusals_are_clear", "a refusal of settings names one of them", refusals_are_clear},
      {"any_setting", "the ends of each setting's range and each choice work, or are refused by name", any_setting},
      {"any_history_is_answered",
       "it answers whatever was told: nothing, failures, equal results, trials of other programs", any_history},
      {"extreme_results_are_answered", "it answers where results are equal, huge, tiny or infinite", extreme_results},
      {"any_budget", "it answers in studies of 1 to 1000 epochs", any_budget},
      {"any_objective", "it takes a maximised objective, and takes or refuses two", any_objective},
      {"same_answers", "the same question gets the same answer, whatever was asked before", same_answers},
      {"threads_agree", "several threads at once get the same answers", threads_agree},
      {"directions_are_mirrored", "an objective mirrored and maximised is pruned alike", directions_are_mirrored}};
}

}  // namespace pegbox

#include "best.hpp"

#include <set>

#include "result.hpp"
#include "short_number.hpp"
#include "table.hpp"

namespace pegbox {
namespace {

/// What was measured on rows that no trial saw: `on rows that no trial saw: accuracy 0.98, loss 0.07`.
std::string test_text(const Trial& trial) {
  std::string text;
  if (trial.reports.empty()) return text;
  for (const auto& [name, value] : trial.reports.back().metrics) {
    const bool spread = name.ends_with("_sd") || name.ends_with("_se");
    if (!name.starts_with(kTested) || spread) continue;
    text += (text.empty() ? "" : ", ") + name.substr(kTested.size()) + ' ' + short_number(value);
  }
  return text.empty() ? "" : "on rows that no trial saw: " + text + '\n';
}

std::string findings_text(const std::deque<Trial>& trials, const Trial& best, const Objective& objective,
                          const Divided& divided) {
  std::string text = test_text(best);
  if (const auto comparison = compared(trials, objective, divided)) {
    text += comparison_text(*comparison, objective) + '\n';
  }
  const std::string fitting = fitting_text(best, objective);
  return fitting.empty() ? text : text + fitting + '\n';
}

}  // namespace

Json best_json(const std::string& study, const Trial& trial, const std::vector<Objective>& objectives) {
  Json json{{"study", study}};
  json.update(trial_json(trial, objectives));
  return json;
}

Json best_json(const std::string& study, const std::deque<Trial>& trials, const std::vector<Objective>& objectives,
               const Divided& divided) {
  Json json = best_json(study, *best_trial(trials, objectives.front()), objectives);
  json["runner_up"] = comparison_json(compared(trials, objectives.front(), divided), objectives);
  return json;
}

std::string best_text(const std::deque<Trial>& trials, const std::vector<Objective>& objectives,
                      const SearchSpace& space, const Divided& divided) {
  const Trial& best = *best_trial(trials, objectives.front());
  std::string text = "best trial " + std::to_string(best.number) + " of " + std::to_string(trials.size()) + ": " +
                     values_text(best, objectives) + '\n' + params_text(space, best.params);
  const Trial& first = trials.front();
  const bool defaults = first.params.size() > 0 && first.params == space.defaults();
  if (defaults && first.state == State::complete) {
    text += "defaults (trial 0): " + values_text(first, objectives) + '\n';
  }
  text += findings_text(trials, best, objectives.front(), divided);
  if (objectives.size() == 1) return text;
  text += "no trial beats these in every objective:\n";
  for (const Trial* trial : pareto_front(trials, objectives)) {
    text += "  trial " + std::to_string(trial->number) + ": " + values_text(*trial, objectives) + '\n';
  }
  return text;
}

std::vector<std::string> names_in_order(const SearchSpace& space, const std::vector<const Params*>& points) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space) names.push_back(parameter.name);
  std::set<std::string> others;
  for (const Params* params : points) {
    for (const auto& [name, value] : *params) {
      if (!space.find(name)) others.insert(name);
    }
  }
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

std::string params_text(const SearchSpace& space, const Params& params) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : names_in_order(space, {&params})) {
    if (params.has(name)) rows.push_back({name, to_string(params.at(name))});
  }
  return aligned(rows, "  ");
}

}  // namespace pegbox

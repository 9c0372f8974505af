#include "best.hpp"

#include <set>
#include <tuple>

#include "result.hpp"
#include "table.hpp"

namespace pegbox {
namespace {

/// Each on a line of its own.
std::string lines(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + '\n';
  return text;
}

}  // namespace

Json best_json(const std::string& study, const Trial& trial, const std::vector<Objective>& objectives) {
  Json json{{"study", study}};
  json.update(trial_json(trial, objectives));
  return json;
}

Json best_json(const std::string& name, const Studied& study) {
  const Objective& objective = study.objectives.front();
  Json json = best_json(name, *best_trial(study.trials, objective), study.objectives);
  json["runner_up"] = comparison_json(compared(study.trials, objective, study.divided), study.objectives);
  json["findings"] = health(study);
  return json;
}

std::string best_text(const Studied& study) {
  const auto& [trials, objectives, space] = std::tie(study.trials, study.objectives, study.space);
  const Trial& best = *best_trial(trials, objectives.front());
  std::string text = "best trial " + std::to_string(best.number) + " of " + std::to_string(trials.size()) + ": " +
                     values_text(best, objectives) + '\n' + params_text(space, best.params);
  if (const Trial* const defaults = default_trial(trials, space)) {
    text += "defaults (trial " + std::to_string(defaults->number) + "): " + values_text(*defaults, objectives) + '\n';
  }
  if (const std::string tested = test_text(best); !tested.empty()) text += tested + '\n';
  text += lines(health(study));
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

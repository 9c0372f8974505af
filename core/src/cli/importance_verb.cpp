#include <iostream>

#include <pegbox/error.hpp>

#include "importance_json.hpp"
#include "importance_text.hpp"
#include "stored_study.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

/// Position of the objective that was named, or of the first.
std::size_t chosen_objective(const StoredStudy& study, const std::string& metric) {
  if (metric.empty()) return 0;
  std::vector<std::string> metrics;
  for (const Objective& objective : study.objectives) {
    if (objective.metric == metric) return metrics.size();
    metrics.push_back(objective.metric);
  }
  std::string known;
  for (const std::string& one : metrics) known += (known.empty() ? "" : ", ") + one;
  throw UsageError("--objective: study '" + study.name + "' has no objective '" + metric + "'; it has " + known);
}

SearchSpace known_space(const StoredStudy& study) {
  if (stored_definition(study).is_null()) {
    throw StudyError("another program made study '" + study.name +
                     "', so that its space is not known; importances need a study that pegbox made");
  }
  return stored_space(study);
}

std::string text_of(const StoredView& view, const Options& options) {
  const StoredStudy& study = view.study;
  const std::size_t position = chosen_objective(study, options.objective);
  const Objective& objective = study.objectives.at(position);
  const auto stored = view.plain_trials();
  std::vector<const Trial*> trials;
  for (const Trial& trial : stored) trials.push_back(&trial);
  const Importances found = importances(known_space(study), trials, objective, {.position = position});
  if (options.format == Format::json) return printed(importances_json(study.name, objective.metric, found));
  return options.format == Format::csv ? importances_csv(found) : importances_text(found, objective.metric);
}

}  // namespace

ExitCode importance_verb(const Options& options) {
  std::cout << text_of(chosen_view(options), options);
  return ExitCode::done;
}

}  // namespace pegbox

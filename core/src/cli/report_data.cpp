#include "report_data.hpp"

#include <algorithm>
#include <optional>

#include <pegbox/error.hpp>

#include "catalog/stamp.hpp"
#include "findings.hpp"
#include "importance_json.hpp"
#include "importance_text.hpp"
#include "report_columns.hpp"
#include "report_curves.hpp"
#include "result.hpp"
#include "status.hpp"

namespace pegbox {
namespace {

/// How many of the first trials stand for the study's begin.
constexpr std::size_t kFirst = 10;

Json versions_json() {
  const Stamp& host = host_stamp();
  return {{"pegbox", PEGBOX_VERSION},
          {"sdk", host.sdk},
          {"libtorch", host.libtorch.empty() ? "none" : host.libtorch},
          {"compiler", host.compiler}};
}

/// The first objective of the first complete trials, at least one.
std::vector<double> first_values(const std::deque<Trial>& trials) {
  std::vector<double> values;
  for (const Trial& trial : trials) {
    if (trial.state == State::complete && values.size() < kFirst) values.push_back(trial.values.front());
  }
  return values;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Json reference_json(const std::deque<Trial>& trials, const Trial& best, const Objective& objective,
                    const Divided& divided, const SearchSpace& space) {
  if (const Trial* const defaults = default_trial(trials, space)) {
    const auto [gain, margin] = gain_over(best, *defaults, objective, divided);
    return {{"trial", defaults->number},
            {"count", 1},
            {"value", short_json(defaults->values.front())},
            {"gain", short_json(gain)},
            {"margin", margin ? short_json(*margin) : Json(nullptr)}};
  }
  const std::vector<double> values = first_values(trials);
  const double value = median(values);
  return {{"trial", nullptr},
          {"count", values.size()},
          {"value", short_json(value)},
          {"gain", short_json(objective.cost(value) - objective.cost(best.values.front()))},
          {"margin", nullptr}};
}

/// The numbers of the trials that no other complete trial beats in every objective.
Json front_json(const std::deque<Trial>& trials, const std::vector<Objective>& objectives) {
  Json front = Json::array();
  for (const Trial* trial : pareto_front(trials, objectives)) front.push_back(trial->number);
  return front;
}

/// What the hyperparameters make of the first objective's variance; nothing where there are too few trials to tell.
std::optional<Importances> found_importances(const std::deque<Trial>& trials, const SearchSpace& space,
                                             const Objective& objective) {
  std::vector<const Trial*> all;
  for (const Trial& trial : trials) all.push_back(&trial);
  try {
    return importances(space, all, objective, {});
  } catch (const StudyError&) {
    return {};
  }
}

}  // namespace

Json report_data(const StoredView& view) {
  const StoredStudy& study = view.study;
  const SearchSpace space = stored_space(study);
  const Json definition = stored_definition(study);
  const std::vector<StoredTrial> stored = view.trials();
  std::deque<Trial> trials;
  for (const StoredTrial& one : stored) trials.push_back(one.trial);
  const Objective& objective = study.objectives.front();
  const Trial* const best = best_trial(trials, objective);
  const auto importance = found_importances(trials, space, objective);
  return {{"study", study.name},
          {"storage", view.store.file.filename().string()},
          {"host", view.host ? Json(*view.host) : Json(nullptr)},
          {"definition", definition},
          {"objectives", to_json(study.objectives)},
          {"versions", versions_json()},
          {"findings", study_findings(study, stored)},
          {"best", best != nullptr ? Json(best->number) : Json(nullptr)},
          {"front", study.objectives.size() > 1 ? front_json(trials, study.objectives) : Json::array()},
          {"reference",
           best != nullptr ? reference_json(trials, *best, objective, Divided::of(definition), space) : Json(nullptr)},
          {"trials", trial_columns(stored, study.objectives, view.store.storage->budgets(study))},
          {"params", param_columns(stored, space)},
          {"curves", report_curves(view, stored)},
          {"importance", importance ? importances_json(study.name, objective.metric, *importance) : Json(nullptr)},
          {"trust", importance ? Json(trust_text(*importance, objective.metric)) : Json(nullptr)}};
}

}  // namespace pegbox

#include "result.hpp"

#include <algorithm>

#include <pegbox/pareto.hpp>

#include "short_number.hpp"

namespace pegbox {

bool improves(const Trial& trial, const Trial* best, const Objective& objective) {
  if (trial.state != State::complete) return false;
  return best == nullptr || objective.cost(trial.values[0]) < objective.cost(best->values[0]);
}

const Trial* best_trial(const std::deque<Trial>& trials, const Objective& objective) {
  const Trial* best = nullptr;
  for (const Trial& trial : trials) {
    if (improves(trial, best, objective)) best = &trial;
  }
  return best;
}

const Trial* default_trial(const std::deque<Trial>& trials, const SearchSpace& space) {
  const Params defaults = space.defaults();
  const auto found = std::find_if(trials.begin(), trials.end(), [&](const Trial& trial) {
    return trial.state == State::complete && trial.params.size() > 0 && trial.params == defaults;
  });
  return found == trials.end() ? nullptr : &*found;
}

std::vector<const Trial*> pareto_front(const std::deque<Trial>& trials, const std::vector<Objective>& objectives) {
  std::vector<const Trial*> complete;
  std::vector<std::vector<double>> costs;
  for (const Trial& trial : trials) {
    if (trial.state != State::complete) continue;
    complete.push_back(&trial);
    auto& point = costs.emplace_back();
    for (std::size_t i = 0; i < objectives.size(); ++i) point.push_back(objectives[i].cost(trial.values[i]));
  }
  std::vector<const Trial*> front;
  for (const std::size_t place : pareto_front(Costs(costs))) front.push_back(complete[place]);
  return front;
}

Json trial_json(const Trial& trial, const std::vector<Objective>& objectives) {
  Json json{{"trial", trial.number}, {"state", to_string(trial.state)}, {"values", Json::object()}};
  for (std::size_t i = 0; i < trial.values.size(); ++i) json["values"][objectives[i].metric] = to_json(trial.values[i]);
  json["params"] = to_json(trial.params);
  json["epochs"] = trial.epochs();
  json["seconds"] = trial.seconds;
  json["seed"] = trial.seed;
  json["error"] = trial.error.empty() ? Json(nullptr) : Json(trial.error);
  json["metrics"] = Json::object();
  if (!trial.reports.empty()) {
    for (const auto& [name, value] : trial.reports.back().metrics) json["metrics"][name] = to_json(value);
  }
  return json;
}

std::string values_text(const Trial& trial, const std::vector<Objective>& objectives) {
  std::string text;
  for (std::size_t i = 0; i < trial.values.size(); ++i) {
    text += (i == 0 ? "" : ", ") + objectives[i].metric + ' ' + short_number(trial.values[i]);
  }
  return text;
}

}  // namespace pegbox

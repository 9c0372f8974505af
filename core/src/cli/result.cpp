#include "result.hpp"

#include <algorithm>

#include "short_number.hpp"

namespace pegbox {
namespace {

bool beats(const Trial& a, const Trial& b, const std::vector<Objective>& objectives) {
  bool better = false;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const double left = objectives[i].cost(a.values[i]);
    const double right = objectives[i].cost(b.values[i]);
    if (left > right) return false;
    better = better || left < right;
  }
  return better;
}

}  // namespace

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

std::vector<const Trial*> pareto_front(const std::deque<Trial>& trials, const std::vector<Objective>& objectives) {
  std::vector<const Trial*> front;
  for (const Trial& trial : trials) {
    if (trial.state != State::complete) continue;
    const bool beaten = std::any_of(trials.begin(), trials.end(), [&](const Trial& other) {
      return other.state == State::complete && beats(other, trial, objectives);
    });
    if (!beaten) front.push_back(&trial);
  }
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

#include "result.hpp"

#include "short_number.hpp"

namespace pegbox {

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

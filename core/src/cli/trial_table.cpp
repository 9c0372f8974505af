#include "trial_table.hpp"

#include <algorithm>
#include <array>

#include "best.hpp"
#include "result.hpp"
#include "short_number.hpp"
#include "stored_study.hpp"

namespace pegbox {
namespace {

std::vector<std::string> param_names(const std::vector<StoredTrial>& trials, const SearchSpace& space) {
  std::vector<const Params*> points;
  for (const StoredTrial& stored : trials) points.push_back(&stored.trial.params);
  return names_in_order(space, points);
}

std::string value_at(const Trial& trial, std::size_t objective, std::string (*text)(double)) {
  return objective < trial.values.size() ? text(trial.values[objective]) : "";
}

std::string exact(double number) { return to_string(Value(number)); }

std::string short_value(const Value& value) {
  const auto* real = std::get_if<double>(&value);
  return real == nullptr ? to_string(value) : short_number(*real);
}

std::string column_name(const std::string& param, const std::vector<Objective>& objectives) {
  static constexpr std::array kOthers{"trial", "state", "epochs", "seconds", "seed", "started", "ended", "error"};
  const bool taken = std::find(kOthers.begin(), kOthers.end(), param) != kOthers.end() ||
                     std::any_of(objectives.begin(), objectives.end(),
                                 [&](const Objective& objective) { return objective.metric == param; });
  return taken ? "param." + param : param;
}

/// Cells that a row ends with and that hold nothing would only leave spaces behind.
void trim(std::vector<std::string>& row) {
  while (!row.empty() && row.back().empty()) row.pop_back();
}

std::vector<std::string> table_row(const Trial& trial, std::size_t objectives, const std::vector<std::string>& params,
                                   bool best) {
  std::vector<std::string> row{best ? "*" : "", std::to_string(trial.number), std::string(to_string(trial.state))};
  for (std::size_t i = 0; i < objectives; ++i) row.push_back(value_at(trial, i, short_number));
  row.push_back(std::to_string(trial.epochs()));
  row.push_back(short_number(trial.seconds));
  for (const std::string& name : params) {
    row.push_back(trial.params.has(name) ? short_value(trial.params.at(name)) : "");
  }
  row.push_back(trial.error.substr(0, trial.error.find('\n')));
  trim(row);
  return row;
}

std::vector<std::string> record(const StoredTrial& stored, std::size_t objectives,
                                const std::vector<std::string>& params) {
  const Trial& trial = stored.trial;
  std::vector<std::string> row{std::to_string(trial.number), std::string(to_string(trial.state))};
  for (std::size_t i = 0; i < objectives; ++i) row.push_back(value_at(trial, i, exact));
  for (const std::string& name : params) row.push_back(trial.params.has(name) ? to_string(trial.params.at(name)) : "");
  row.insert(row.end(), {std::to_string(trial.epochs()), exact(trial.seconds), std::to_string(trial.seed),
                         iso_time(stored.started), iso_time(stored.ended), trial.error});
  return row;
}

}  // namespace

Rows trial_table(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives,
                 const SearchSpace& space, std::optional<int> best) {
  const auto params = param_names(trials, space);
  std::vector<std::string> head{"", "trial", "state"};
  for (const Objective& objective : objectives) head.push_back(objective.metric);
  head.insert(head.end(), {"epochs", "seconds"});
  head.insert(head.end(), params.begin(), params.end());
  Rows rows{head};
  for (const auto& stored : trials) {
    rows.push_back(table_row(stored.trial, objectives.size(), params, stored.trial.number == best));
  }
  return rows;
}

Rows trial_records(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives,
                   const SearchSpace& space) {
  const auto params = param_names(trials, space);
  std::vector<std::string> head{"trial", "state"};
  for (const Objective& objective : objectives) head.push_back(objective.metric);
  for (const std::string& name : params) head.push_back(column_name(name, objectives));
  head.insert(head.end(), {"epochs", "seconds", "seed", "started", "ended", "error"});
  Rows rows{head};
  for (const auto& stored : trials) rows.push_back(record(stored, objectives.size(), params));
  return rows;
}

Json trials_json(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives) {
  Json json = Json::array();
  for (const StoredTrial& stored : trials) json.push_back(trial_json(stored.trial, objectives));
  return json;
}

}  // namespace pegbox

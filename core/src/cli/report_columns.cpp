#include "report_columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <unordered_map>

#include "best.hpp"
#include "stored_study.hpp"
#include "stored_time.hpp"

namespace pegbox {
namespace {

Json time_json(const std::optional<double>& time, const std::optional<double>& begin) {
  if (!time || !begin) return nullptr;
  constexpr double kMilliseconds = 1000;
  return std::round((*time - *begin) * kMilliseconds) / kMilliseconds;
}

/// Texts by their number, each once.
class Texts {
 public:
  int place(const std::string& text) {
    const auto [found, is_new] = places_.emplace(text, static_cast<int>(list_.size()));
    if (is_new) list_.push_back(text);
    return found->second;
  }

  Json take() { return std::move(list_); }

 private:
  Json list_ = Json::array();
  std::unordered_map<std::string, int> places_;
};

class TrialColumns {
 public:
  explicit TrialColumns(std::size_t objectives) : values_(objectives, Json::array()) {
    for (const char* name : {"number", "state", "epochs", "until", "seconds", "started", "ended", "error"}) {
      columns_[name] = Json::array();
    }
  }

  void begin_at(const StoredTrial& stored) {
    const auto started = seconds_of(stored.started);
    if (!started || (begin_ && *begin_ <= *started)) return;
    begin_ = started;
    columns_["begin"] = iso_time(stored.started);
  }

  void add(const StoredTrial& stored, const std::vector<Budget>* budgets) {
    const Trial& trial = stored.trial;
    columns_["number"].push_back(trial.number);
    columns_["state"].push_back(to_string(trial.state));
    columns_["epochs"].push_back(trial.epochs());
    columns_["until"].push_back(budgets != nullptr ? Json(*budgets) : Json(nullptr));
    columns_["seconds"].push_back(short_json(trial.seconds));
    columns_["started"].push_back(time_json(seconds_of(stored.started), begin_));
    columns_["ended"].push_back(time_json(seconds_of(stored.ended), begin_));
    columns_["error"].push_back(trial.error.empty() ? Json(nullptr) : Json(errors_.place(trial.error)));
    for (std::size_t i = 0; i < values_.size(); ++i) {
      values_[i].push_back(i < trial.values.size() ? short_json(trial.values[i]) : Json(nullptr));
    }
  }

  Json whole() {
    if (!begin_) columns_["begin"] = nullptr;
    columns_["errors"] = errors_.take();
    columns_["values"] = std::move(values_);
    return std::move(columns_);
  }

 private:
  Json columns_ = Json::object();
  std::vector<Json> values_;  ///< by objective
  Texts errors_;
  std::optional<double> begin_;
};

/// The values of one hyperparameter, null where it was not active.
using Column = std::vector<const Value*>;

Column column_of(const std::vector<StoredTrial>& trials, const std::string& name) {
  Column column;
  column.reserve(trials.size());
  for (const StoredTrial& stored : trials) {
    const Params& params = stored.trial.params;
    column.push_back(params.has(name) ? &params.at(name) : nullptr);
  }
  return column;
}

bool all_numbers(const Column& column) {
  return std::all_of(column.begin(), column.end(),
                     [](const Value* value) { return value == nullptr || is_number(*value); });
}

void add_numbers(Json& json, const Column& column) {
  json["values"] = Json::array();
  for (const Value* value : column) json["values"].push_back(value == nullptr ? Json() : short_json(as_number(*value)));
}

void add_labels(Json& json, const Column& column) {
  Texts labels;
  if (json.contains("choices")) {
    for (const Json& choice : json["choices"]) labels.place(to_string(value_from(choice)));
  }
  if (json.value("type", "") == "boolean") {
    for (const bool either : {false, true}) labels.place(to_string(Value(either)));
  }
  Json values = Json::array();
  for (const Value* value : column) {
    values.push_back(value == nullptr ? Json(nullptr) : Json(labels.place(to_string(*value))));
  }
  json["labels"] = labels.take();
  json["values"] = std::move(values);
}

Json param_column(const std::string& name, const Column& column, const SearchSpace& space) {
  Json json{{"name", name}};
  const auto index = space.find(name);
  if (index) {
    json.update(to_json(space[*index].domain));
    json["default"] = to_json(space.initial(*index));
  }
  const bool numeric = all_numbers(column) && (!index || pegbox::numeric(space[*index].domain));
  const bool ranged = index && !std::holds_alternative<Choice>(space[*index].domain);
  if (numeric && (ranged || !index)) {
    add_numbers(json, column);
  } else {
    add_labels(json, column);
  }
  return json;
}

}  // namespace

Json trial_columns(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives,
                   const std::map<int, std::vector<Budget>>& budgets) {
  TrialColumns columns(objectives.size());
  for (const StoredTrial& stored : trials) columns.begin_at(stored);
  for (const StoredTrial& stored : trials) {
    const auto found = budgets.find(stored.trial.number);
    columns.add(stored, found == budgets.end() ? nullptr : &found->second);
  }
  return columns.whole();
}

Json param_columns(const std::vector<StoredTrial>& trials, const SearchSpace& space) {
  std::vector<const Params*> points;
  points.reserve(trials.size());
  for (const StoredTrial& stored : trials) points.push_back(&stored.trial.params);
  Json json = Json::array();
  for (const std::string& name : names_in_order(space, points)) {
    json.push_back(param_column(name, column_of(trials, name), space));
  }
  return json;
}

Json short_json(double number) {
  if (std::isnan(number)) return "not a number";
  if (std::isinf(number)) return number > 0 ? "infinite" : "-infinite";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.7g", number);
  return std::strtod(text.data(), nullptr);
}

}  // namespace pegbox

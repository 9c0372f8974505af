#include <charconv>
#include <iostream>
#include <set>

#include <pegbox/error.hpp>

#include "best.hpp"
#include "csv.hpp"
#include "result.hpp"
#include "short_number.hpp"
#include "stored_study.hpp"
#include "table.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

int number_from(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 0) return number;
  throw UsageError("'" + text + "' is not the number of a trial; it must be 'show [STUDY.yaml] N'");
}

StoredTrial find_trial(const StoredView& view, int number) {
  if (auto trial = view.store.storage->trial(view.study, number)) return view.shown(*std::move(trial));
  const auto count = view.store.storage->trials(view.study).size();
  const std::string there = count == 0 ? "it has none yet" : "they are 0 to " + std::to_string(count - 1);
  throw StudyError("study '" + view.study.name + "' has no trial " + std::to_string(number) + "; " + there);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json reports_json(const Trial& trial) {
  Json json = Json::array();
  for (const auto& [epoch, metrics] : trial.reports) {
    Json values = Json::object();
    for (const auto& [name, value] : metrics) values[name] = to_json(value);
    json.push_back({{"epoch", epoch}, {"metrics", std::move(values)}});
  }
  return json;
}

Json show_json(const StoredTrial& stored, const std::vector<Objective>& objectives) {
  const Trial& trial = stored.trial;
  Json json = trial_json(trial, objectives);
  json["until"] = trial.until > 0 ? Json(trial.until) : Json(nullptr);
  json["from"] = trial.from ? Json(*trial.from) : Json(nullptr);
  json["started"] = text_or_null(iso_time(stored.started));
  json["ended"] = text_or_null(iso_time(stored.ended));
  json["reports"] = reports_json(trial);
  return json;
}

Rows facts(const StoredView& view, const StoredTrial& stored) {
  const Trial& trial = stored.trial;
  Rows rows{{"trial", std::to_string(trial.number) + " of study '" + view.study.name + '\''},
            {"state", std::string(to_string(trial.state))}};
  if (!trial.values.empty()) rows.push_back({"values", values_text(trial, view.study.objectives)});
  const bool goes_on = trial.state == State::running || trial.state == State::paused;
  const std::string until = goes_on && trial.until > trial.epochs() ? ", to reach " + std::to_string(trial.until) : "";
  rows.push_back({"epochs", std::to_string(trial.epochs()) + until});
  rows.push_back({"seconds", short_number(trial.seconds)});
  rows.push_back({"seed", std::to_string(trial.seed)});
  if (trial.from) rows.push_back({"from", "the weights of trial " + std::to_string(*trial.from)});
  if (!stored.started.empty()) rows.push_back({"started", iso_time(stored.started)});
  if (!stored.ended.empty()) rows.push_back({"ended", iso_time(stored.ended)});
  if (!trial.error.empty()) rows.push_back({"error", trial.error});
  return rows;
}

Rows report_rows(const Trial& trial, std::string (*text)(double)) {
  std::set<std::string> names;
  for (const Report& report : trial.reports) {
    for (const auto& [name, value] : report.metrics) names.insert(name);
  }
  Rows rows{{"epoch"}};
  rows.front().insert(rows.front().end(), names.begin(), names.end());
  for (const auto& [epoch, metrics] : trial.reports) {
    std::vector<std::string> row{std::to_string(epoch)};
    for (const std::string& name : names) {
      const auto found = metrics.find(name);
      row.push_back(found == metrics.end() ? "" : text(found->second));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string show_text(const StoredView& view, const StoredTrial& stored) {
  const Trial& trial = stored.trial;
  std::string text = aligned(facts(view, stored));
  if (trial.params.size() > 0) text += "hyperparameters\n" + params_text(stored_space(view.study), trial.params);
  if (!trial.reports.empty()) text += "reports\n" + table(report_rows(trial, short_number), "  ");
  return text;
}

std::string exact(double number) { return to_string(Value(number)); }

std::string text_of(const StoredView& view, const StoredTrial& stored, Format format) {
  if (format == Format::json) return printed(show_json(stored, view.study.objectives));
  return format == Format::csv ? csv_text(report_rows(stored.trial, exact)) : show_text(view, stored);
}

}  // namespace

ExitCode show_verb(const Options& options) {
  if (options.arguments.empty()) throw UsageError("which trial? It must be 'show [STUDY.yaml] N'");
  const int number = number_from(options.arguments.back());
  Options study = options;
  study.arguments.pop_back();
  const StoredView view = chosen_view(study);
  const StoredTrial trial = find_trial(view, number);
  std::cout << text_of(view, trial, options.format);
  return ExitCode::done;
}

}  // namespace pegbox

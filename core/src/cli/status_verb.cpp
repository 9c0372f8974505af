#include <iostream>
#include <numeric>

#include "best.hpp"
#include "json.hpp"
#include "result.hpp"
#include "stored_study.hpp"
#include "table.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

/// In the order in which a reader looks for them.
constexpr State kStates[] = {State::complete, State::pruned,  State::failed,
                             State::running,  State::waiting, State::paused};

struct Status {
  const StoredView& view;
  std::map<State, int> counts = view.counts();
  std::optional<StoredTrial> best = view.store.storage->best(view.study);
  Json limit = trial_limit_of(view.study);

  static Json trial_limit_of(const StoredStudy& study) {
    const Json definition = stored_definition(study);
    return definition.is_null() ? Json() : definition.value("trials", Json());
  }
};

Json status_json(const Status& status) {
  const StoredView& view = status.view;
  Json json{{"study", view.study.name}, {"host", nullptr}, {"states", Json::object()}, {"trials", status.limit}};
  if (view.host) json["host"] = *view.host;
  for (const State state : kStates) json["states"][std::string(to_string(state))] = status.counts.at(state);
  json["best"] = nullptr;
  if (status.best) json["best"] = best_json(view.study.name, status.best->trial, view.study.objectives);
  return json;
}

/// `12 complete, 1 failed`.
std::string states_text(const Status& status) {
  std::string text;
  for (const State state : kStates) {
    const int count = status.counts.at(state);
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + std::string(to_string(state));
  }
  return text.empty() ? "none" : text;
}

/// `13 of 50`.
std::string count_text(const Status& status) {
  const int all = std::accumulate(status.counts.begin(), status.counts.end(), 0,
                                  [](int sum, const auto& one) { return sum + one.second; });
  return std::to_string(all) + (status.limit.is_null() ? "" : " of " + status.limit.dump());
}

std::string best_of(const Status& status) {
  if (!status.best) return "none yet";
  const Trial& trial = status.best->trial;
  return values_text(trial, status.view.study.objectives) + " (trial " + std::to_string(trial.number) + ')';
}

std::string host_text(const Status& status) { return status.view.host.value_or("nobody"); }

std::string status_text(const Status& status) {
  return aligned({{"study", status.view.study.name},
                  {"trials", count_text(status) + ": " + states_text(status)},
                  {"best", best_of(status)},
                  {"run by", host_text(status)}});
}

ExitCode one_study(const StoredView& view, Format format) {
  const Status status{view};
  std::cout << (format == Format::json ? printed(status_json(status)) : status_text(status));
  return ExitCode::done;
}

ExitCode each_study(const OpenStore& store, const std::vector<StoredStudy>& studies, Format format) {
  Json list = Json::array();
  std::vector<std::vector<std::string>> rows{{"study", "trials", "states", "best", "run by"}};
  for (const StoredStudy& study : studies) {
    const StoredView view = view_of(store, study);
    const Status status{view};
    list.push_back(status_json(status));
    rows.push_back({study.name, count_text(status), states_text(status), best_of(status), host_text(status)});
  }
  std::cout << (format == Format::json ? printed(list) : aligned(rows));
  return ExitCode::done;
}

}  // namespace

ExitCode status_verb(const Options& options) {
  const OpenStore store = open_store(options);
  const auto studies = store.name.empty() ? store.storage->studies() : std::vector<StoredStudy>{};
  if (studies.size() > 1) return each_study(store, studies, options.format);
  return one_study(view_of(store, chosen_study(store)), options.format);
}

}  // namespace pegbox

#include "status.hpp"

#include <algorithm>
#include <numeric>

#include "best.hpp"
#include "csv.hpp"
#include "health.hpp"
#include "result.hpp"
#include "stored_time.hpp"
#include "table.hpp"

namespace pegbox {
namespace {

/// In the order in which a reader looks for them.
constexpr State kStates[] = {State::complete, State::pruned,  State::failed,
                             State::running,  State::waiting, State::paused};

/// When trials that have ended were under way. One that was paused in between was not all of that time.
std::vector<Span> spans_of(const std::vector<StoredTrial>& trials) {
  std::vector<Span> spans;
  for (const auto& [trial, started, ended] : trials) {
    const auto begin = seconds_of(started);
    const auto end = seconds_of(ended);
    if (begin && end) spans.push_back({std::max(*begin, *end - trial.seconds), *end});
  }
  std::ranges::sort(spans, {}, [](const Span& span) { return std::pair(span.begin, span.end); });
  return spans;
}

int all_of(const Status& status) {
  return std::accumulate(status.counts.begin(), status.counts.end(), 0,
                         [](int sum, const auto& one) { return sum + one.second; });
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
  return std::to_string(all_of(status)) + (status.limit ? " of " + std::to_string(*status.limit) : "");
}

std::string best_of(const Status& status) {
  if (!status.best) return "none yet";
  return values_text(*status.best, status.objectives) + " (trial " + std::to_string(status.best->number) + ')';
}

std::string host_text(const Status& status) { return status.host.value_or("nobody"); }

}  // namespace

std::vector<std::string> study_findings(const StoredStudy& study, const std::vector<StoredTrial>& trials) {
  std::deque<Trial> plain;
  for (const StoredTrial& one : trials) plain.push_back(one.trial);
  const SearchSpace space = stored_space(study);
  Studied studied{plain, study.objectives, space};
  studied.learn(stored_definition(study));
  auto findings = health(studied);
  if (std::string idle = idle_text(spans_of(trials)); !idle.empty()) findings.push_back(std::move(idle));
  return findings;
}

Status Status::of(const StoredView& view) {
  Status status{view.study.name,
                view.study.objectives,
                view.counts(),
                trial_limit(stored_definition(view.study)),
                {},
                view.host,
                {}};
  if (auto best = view.store.storage->best(view.study)) status.best = std::move(best->trial);
  return status;
}

Status Status::with_findings(const StoredView& view) {
  Status status = of(view);
  status.findings = study_findings(view.study, view.trials());
  return status;
}

Json to_json(const Status& status) {
  Json json{{"study", status.study}, {"host", nullptr}, {"states", Json::object()}, {"trials", nullptr}};
  if (status.host) json["host"] = *status.host;
  if (status.limit) json["trials"] = *status.limit;
  for (const State state : kStates) json["states"][std::string(to_string(state))] = status.counts.at(state);
  json["best"] = nullptr;
  if (status.best) json["best"] = best_json(status.study, *status.best, status.objectives);
  json["findings"] = status.findings;
  return json;
}

std::string status_text(const Status& status) {
  std::string text = aligned({{"study", status.study},
                              {"trials", count_text(status) + ": " + states_text(status)},
                              {"best", best_of(status)},
                              {"run by", host_text(status)}});
  for (const std::string& finding : status.findings) text += finding + '\n';
  return text;
}

std::string status_table(const std::vector<Status>& all) {
  std::vector<std::vector<std::string>> rows{{"study", "trials", "states", "best", "run by"}};
  for (const Status& status : all) {
    rows.push_back({status.study, count_text(status), states_text(status), best_of(status), host_text(status)});
  }
  return aligned(rows);
}

std::string status_csv(const std::vector<Status>& all) {
  std::vector<std::vector<std::string>> rows{{"study", "limit"}};
  for (const State state : kStates) rows[0].emplace_back(to_string(state));
  rows[0].insert(rows[0].end(), {"best_trial", "objective", "best_value", "host"});
  for (const Status& status : all) {
    std::vector<std::string> row{status.study, status.limit ? std::to_string(*status.limit) : ""};
    for (const State state : kStates) row.push_back(std::to_string(status.counts.at(state)));
    row.push_back(status.best ? std::to_string(status.best->number) : "");
    row.push_back(status.objectives.front().metric);
    row.push_back(status.best ? to_string(Value(status.best->values.front())) : "");
    row.push_back(status.host.value_or(""));
    rows.push_back(std::move(row));
  }
  return csv_text(rows);
}

}  // namespace pegbox

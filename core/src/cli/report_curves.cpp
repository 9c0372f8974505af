#include "report_curves.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "report_columns.hpp"

namespace pegbox {
namespace {

constexpr std::size_t kMostCurves = 200;
constexpr std::size_t kBest = 50;
constexpr std::size_t kMostEpochs = 100;

using Candidates = std::vector<const Trial*>;

/// Complete trials first, the best of them in front.
void sort_by_cost(Candidates& trials, const Objective& objective) {
  const auto rank = [&](const Trial* trial) {
    const bool complete = trial->state == State::complete;
    return std::tuple(!complete, complete ? objective.cost(trial->values.front()) : 0, trial->number);
  };
  std::sort(trials.begin(), trials.end(), [&](const Trial* a, const Trial* b) { return rank(a) < rank(b); });
}

/// `count` of `size` places, evenly; the last is among them.
std::vector<std::size_t> evenly(std::size_t size, std::size_t count) {
  std::vector<std::size_t> places;
  for (std::size_t i = 1; i <= std::min(size, count); ++i) places.push_back(i * size / std::min(size, count) - 1);
  return places;
}

/// The numbers of those whose curves are shown.
std::set<int> chosen(Candidates trials, const Objective& objective) {
  std::set<int> numbers;
  if (trials.size() > kMostCurves) {
    Candidates by_cost = trials;
    sort_by_cost(by_cost, objective);
    for (std::size_t i = 0; i < kBest; ++i) numbers.insert(by_cost[i]->number);
    std::erase_if(trials, [&](const Trial* trial) { return numbers.contains(trial->number); });
  }
  for (const std::size_t place : evenly(trials.size(), kMostCurves - numbers.size())) {
    numbers.insert(trials[place]->number);
  }
  return numbers;
}

Json curve_json(const Trial& trial, const std::string& metric) {
  Json json{{"trial", trial.number}, {"epochs", Json::array()}, {"values", Json::array()}};
  for (const std::size_t place : evenly(trial.reports.size(), kMostEpochs)) {
    const auto& [epoch, metrics] = trial.reports[place];
    const auto found = metrics.find(metric);
    if (found == metrics.end() || !std::isfinite(found->second)) continue;
    json["epochs"].push_back(epoch);
    json["values"].push_back(short_json(found->second));
  }
  return json;
}

}  // namespace

Json report_curves(const StoredView& view, const std::vector<StoredTrial>& trials) {
  const Objective& objective = view.study.objectives.front();
  Candidates candidates;
  for (const auto& [trial, started, ended] : trials) {
    if (trial.epochs() > 1) candidates.push_back(&trial);
  }
  Json json{{"of", candidates.size()}, {"curves", Json::array()}};
  for (const int number : chosen(std::move(candidates), objective)) {
    const auto stored = view.store.storage->trial(view.study, number);
    if (stored) json["curves"].push_back(curve_json(stored->trial, objective.metric));
  }
  return json;
}

}  // namespace pegbox

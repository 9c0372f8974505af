#include "objectives.hpp"

#include <optional>
#include <set>
#include <string_view>

#include "fields.hpp"

namespace pegbox {
namespace {

struct Draft {
  std::string metric;
  std::optional<bool> maximize;
};

std::optional<bool> known_direction(std::string_view metric) {
  constexpr std::string_view kTraining = "train_";
  if (metric.starts_with(kTraining)) metric.remove_prefix(kTraining.size());
  if (metric == "accuracy" || metric == "r2") return true;
  if (metric == "loss" || metric == "rmse") return false;
  return {};
}

std::string metric_name(const Entry& entry) {
  std::string name = text(entry);
  check_name(name, "the metric", entry.second.place);
  return name;
}

bool direction(const Entry& entry) {
  const std::string word = text(entry);
  if (word == "maximize") return true;
  if (word == "minimize") return false;
  throw mistake(entry.second.place, "'direction' is minimize or maximize, not " + shown(entry.second));
}

constexpr Field<Draft> kFields[] = {
    {"metric", [](const Entry& entry, Draft& draft) { draft.metric = metric_name(entry); }},
    {"direction", [](const Entry& entry, Draft& draft) { draft.maximize = direction(entry); }},
};

Objective read_objective(const Entry& entry) {
  const Node& node = entry.second;
  Draft draft;
  if (node.kind == Node::Kind::map) {
    read_fields(node, "'objective'", kFields, draft);
    if (draft.metric.empty()) throw mistake(node.place, "the objective names no metric");
  } else {
    draft.metric = metric_name(entry);
  }
  if (!draft.maximize) draft.maximize = known_direction(draft.metric);
  if (draft.maximize) return {draft.metric, *draft.maximize};
  throw mistake(node.place, "metric '" + draft.metric + "' needs a direction: {metric: " + draft.metric +
                                ", direction: minimize} or maximize");
}

}  // namespace

std::vector<Objective> read_objectives(const Entry& entry) {
  const auto& [key, node] = entry;
  if (node.kind != Node::Kind::list) return {read_objective(entry)};
  if (node.items.empty()) throw mistake(node.place, "the list of objectives is empty");
  std::vector<Objective> objectives;
  std::set<std::string> metrics;
  for (const Node& item : node.items) {
    objectives.push_back(read_objective({key, item}));
    if (metrics.insert(objectives.back().metric).second) continue;
    throw mistake(item.place, "metric '" + objectives.back().metric + "' is an objective twice");
  }
  return objectives;
}

}  // namespace pegbox

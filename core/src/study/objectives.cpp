#include "objectives.hpp"

#include <optional>
#include <set>
#include <string_view>

#include "fields.hpp"
#include "value_types.hpp"

namespace pegbox {
namespace {

constexpr const char* kObjectiveSection = "objective";

struct ObjectiveDraft {
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

const Fields<ObjectiveDraft>& objective_fields() {
  static const Fields<ObjectiveDraft> all{
      {"metric", AnyText{"name"}, "needed",
       "a measurement of the model: `loss`, `accuracy` of classes, else `rmse` and `r2`, on the held-out part; with "
       "`train_` in front on the training part; a model may have others",
       [](const Entry& entry, ObjectiveDraft& draft) { draft.metric = metric_name(entry); }},
      {"direction", Words{{"minimize", "maximize"}}, "known of the metrics named above", "what is better",
       [](const Entry& entry, const Words& type, ObjectiveDraft& draft) {
         draft.maximize = type.read(entry) == "maximize";
       }},
  };
  return all;
}

Objective read_objective(const Entry& entry) {
  const Node& node = entry.second;
  ObjectiveDraft draft;
  if (node.kind == Node::Kind::map) {
    read_fields(node, "'objective'", objective_fields(), draft);
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

Form objectives_form() {
  const Form one = any_form("objective", {AnyText{"metric"}.form(), section_form(kObjectiveSection)});
  return any_form("objective, or a list of them", {one, list_form("list", one, 1)});
}

Section objective_section() { return {kObjectiveSection, {"objective"}, keys_of(objective_fields())}; }

}  // namespace pegbox

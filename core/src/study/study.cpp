#include "study.hpp"

#include <limits>

#include "data_choice.hpp"
#include "fields.hpp"
#include "objectives.hpp"
#include "plugin_choice.hpp"
#include "run_choice.hpp"

namespace pegbox {
namespace {

constexpr int kMostTrials = 1'000'000'000;
constexpr Budget kMostEpochs = 1'000'000'000;
constexpr Budget kMostTotalEpochs = 1'000'000'000'000'000;
constexpr int kMostWindow = 10'000;

struct Reading {
  const std::filesystem::path& folder;
  Study study = {};
};

std::string study_name(const Entry& entry) {
  std::string name = text(entry);
  check_name(name, "the study", entry.second.place);
  return name;
}

std::optional<PluginChoice> pruner(const Entry& entry, const std::filesystem::path& folder) {
  PluginChoice choice = read_plugin(entry, folder);
  if (choice.name != "none") return choice;
  if (choice.settings.size() > 0) throw mistake(choice.place, "the pruner 'none' takes no settings");
  return {};
}

constexpr int kMostFolds = 1000;
constexpr int kMostRepeats = 1000;

double held_out_part(const Entry& entry) {
  const double part = real_number(entry);
  if (part > 0 && part < 1) return part;
  throw mistake(entry.second.place, "'" + entry.first +
                                        "' is the part of the data that is held out, above 0 and below 1, not " +
                                        shown(entry.second));
}

bool arrival_order(const Entry& entry) {
  const std::string word = text(entry);
  if (word == "arrival") return true;
  if (word == "dispatch") return false;
  throw mistake(entry.second.place, "'order' is dispatch or arrival, not " + shown(entry.second));
}

Node space(const Entry& entry) {
  if (entry.second.kind == Node::Kind::map) return entry.second;
  throw mistake(entry.second.place, "'space' is a map of hyperparameters, not " + shown(entry.second));
}

Params point(const Node& node) {
  if (node.kind != Node::Kind::map) {
    throw mistake(node.place, "a point of 'enqueue' is a map of hyperparameters to values, not " + shown(node));
  }
  Params params;
  for (const auto& [name, value] : node.keys) {
    check_name(name, "a hyperparameter", value.key_place);
    params.set(name, scalar_value(value));
  }
  return params;
}

std::vector<Params> points(const Entry& entry) {
  const Node& node = entry.second;
  if (node.kind != Node::Kind::list) {
    throw mistake(node.place,
                  "'enqueue' is a list of points, each a map of hyperparameters to values, not " + shown(node));
  }
  std::vector<Params> result;
  for (const Node& item : node.items) result.push_back(point(item));
  return result;
}

constexpr Field<Reading> kFields[] = {
    {"study", [](const Entry& entry, Reading& to) { to.study.name = study_name(entry); }},
    {"model", [](const Entry& entry, Reading& to) { to.study.model = read_plugin(entry, to.folder); }},
    {"data", [](const Entry& entry, Reading& to) { to.study.data = read_data(entry, to.folder); }},
    {"strategy", [](const Entry& entry, Reading& to) { to.study.strategy = read_plugin(entry, to.folder); }},
    {"pruner", [](const Entry& entry, Reading& to) { to.study.pruner = pruner(entry, to.folder); }},
    {"objective", [](const Entry& entry, Reading& to) { to.study.objectives = read_objectives(entry); }},
    {"trials",
     [](const Entry& entry, Reading& to) { to.study.trials = static_cast<int>(whole_number(entry, 1, kMostTrials)); }},
    {"epochs", [](const Entry& entry, Reading& to) { to.study.epochs = whole_number(entry, 1, kMostEpochs); }},
    {"total_epochs",
     [](const Entry& entry, Reading& to) { to.study.total_epochs = whole_number(entry, 1, kMostTotalEpochs); }},
    {"validation", [](const Entry& entry, Reading& to) { to.study.validation = held_out_part(entry); }},
    {"test", [](const Entry& entry, Reading& to) { to.study.test = held_out_part(entry); }},
    {"folds",
     [](const Entry& entry, Reading& to) { to.study.folds = static_cast<int>(whole_number(entry, 1, kMostFolds)); }},
    {"repeats", [](const Entry& entry,
                   Reading& to) { to.study.repeats = static_cast<int>(whole_number(entry, 1, kMostRepeats)); }},
    {"space", [](const Entry& entry, Reading& to) { to.study.space = space(entry); }},
    {"seed",
     [](const Entry& entry, Reading& to) {
       constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
       to.study.seed = static_cast<std::uint64_t>(whole_number(entry, 0, kMost));
     }},
    {"window",
     [](const Entry& entry, Reading& to) { to.study.window = static_cast<int>(whole_number(entry, 1, kMostWindow)); }},
    {"order", [](const Entry& entry, Reading& to) { to.study.arrival_order = arrival_order(entry); }},
    {"enqueue",
     [](const Entry& entry, Reading& to) {
       to.study.enqueue = points(entry);
       to.study.enqueue_place = entry.second.place;
     }},
    {"run", [](const Entry& entry, Reading& to) { to.study.run = read_run(entry, to.folder); }},
};

void check_model(const Node& root, const Study& study) {
  if (study.model.name.empty()) throw mistake(root.place, "the study names no model; add a line such as 'model: mlp'");
}

void check_client(const Node& root, const Study& study) {
  if (study.objectives.empty()) {
    throw mistake(root.place,
                  "ask-tell needs an objective; add a line such as 'objective: {metric: loss, direction: minimize}'");
  }
  if (study.space.keys.empty()) {
    throw mistake(root.place, "ask-tell needs a space; add lines such as 'space: {x: {low: 0.0, high: 1.0}}'");
  }
}

}  // namespace

Study read_study(const Node& root, const std::filesystem::path& folder, TrainedBy by) {
  const bool client = by == TrainedBy::client;
  Reading reading{folder};
  reading.study.strategy = {.name = "auto", .settings = {}, .place = root.place};
  if (client) reading.study.epochs = 1;
  if (root.kind != Node::Kind::null) read_fields(root, "the study", kFields, reading);
  (client ? check_client : check_model)(root, reading.study);
  return std::move(reading.study);
}

}  // namespace pegbox

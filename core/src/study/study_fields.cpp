#include "study_fields.hpp"

#include <limits>

#include "data_choice.hpp"
#include "objectives.hpp"
#include "plugin_choice.hpp"
#include "run_choice.hpp"
#include "space_entry.hpp"
#include "value_types.hpp"

namespace pegbox {
namespace {

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

Form points_form() {
  const Form value = AnyValue{}.form();
  return list_form("list of points", map_form("map of hyperparameters", value), 0);
}

}  // namespace

const Fields<StudyDraft>& study_fields() {
  static const Fields<StudyDraft> all{
      {"study", AnyText{}, "the file's name", "name of the study in its result",
       [](const Entry& entry, StudyDraft& to) { to.name = study_name(entry); }},
      {"model", plugin_form(), "needed", "what is trained",
       [](const Entry& entry, StudyDraft& to) { to.model = read_plugin(entry, to.folder); }},
      {"data", data_form(), "none", "what it learns from; not needed for a model that brings its own",
       [](const Entry& entry, StudyDraft& to) { to.data = read_data(entry, to.folder); }},
      {"strategy", plugin_form(), "`auto`",
       "decides what is tried next; [`auto`](strategies.md#auto) takes the strategy that suits the study, and says why",
       [](const Entry& entry, StudyDraft& to) { to.strategy = read_plugin(entry, to.folder); }},
      {"pruner", plugin_form(), "`none`", "stops trials early",
       [](const Entry& entry, StudyDraft& to) { to.pruner = pruner(entry, to.folder); }},
      {"objective", objectives_form(), "by the data", "what a good trial is",
       [](const Entry& entry, StudyDraft& to) { to.objectives = read_objectives(entry); }},
      {"trials", WholeNumber{1, 1'000'000'000}, "50, or none where `total_epochs` or `timeout` is said", "most trials",
       &Study::trials},
      {"epochs", WholeNumber{1, 1'000'000'000}, "20", "the largest budget of one trial", &Study::epochs},
      {"total_epochs", WholeNumber{1, 1'000'000'000'000'000}, "none", "most epochs of all trials together",
       &Study::total_epochs},
      {"validation", HeldOut{}, "0.2", "part of the data that is held out, where the data has no such part",
       &Study::validation},
      {"folds", WholeNumber{1, 1000}, "1",
       "[cross-validation](#folds-repeats-and-the-test-part): a trial is so many fits, each validated on another part "
       "of the rows",
       &Study::folds},
      {"repeats", WholeNumber{1, 1000}, "1", "times that a trial is trained, with rows divided anew", &Study::repeats},
      {"test", HeldOut{}, "none", "part of the data that no trial sees; the best is measured on it at the end",
       &Study::test},
      {"space", space_form(), "as model and trainer propose", "narrows, fixes or adds hyperparameters",
       [](const Entry& entry, StudyDraft& to) { to.space = space(entry); }},
      {"enqueue", points_form(), "none",
       "points to try first, after the defaults; what a point leaves out has its default",
       [](const Entry& entry, StudyDraft& to) {
         to.enqueue = points(entry);
         to.enqueue_place = entry.second.place;
       }},
      {"seed", WholeNumber{0, std::numeric_limits<std::int64_t>::max()}, "0", "of everything random", &Study::seed},
      {"window", WholeNumber{1, 10'000}, "max(4, 2 × jobs)",
       "how many moves the strategy makes ahead of results ([reproducibility.md](reproducibility.md))", &Study::window},
      {"order", Words{{"dispatch", "arrival"}}, "`dispatch`",
       "in which order results are told to the strategy; `dispatch` is reproducible",
       [](const Entry& entry, const Words& type, StudyDraft& to) { to.arrival_order = type.read(entry) == "arrival"; }},
      {"run", run_form(), "", "how it is run",
       [](const Entry& entry, StudyDraft& to) { to.run = read_run(entry, to.folder); }},
  };
  return all;
}

}  // namespace pegbox

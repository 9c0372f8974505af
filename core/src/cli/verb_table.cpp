#include "verb_table.hpp"

#include <algorithm>

#include <pegbox/nearest.hpp>

#include "usage_error.hpp"

namespace pegbox {
namespace {

using namespace takes;

Verb about_run(std::string name, std::string text, unsigned takes, std::vector<std::string> examples) {
  return {.name = std::move(name),
          .arguments = "[STUDY.yaml] [options]",
          .text = std::move(text),
          .takes = kStudy | takes,
          .most_arguments = 1,
          .examples = std::move(examples)};
}

/// Of a study in a storage.
Verb about_stored(std::string name, std::string text, unsigned takes, std::vector<std::string> examples) {
  return {.name = std::move(name),
          .arguments = "[STUDY.yaml]",
          .text = std::move(text),
          .takes = kStored | takes,
          .most_arguments = 1,
          .examples = std::move(examples)};
}

Verb detailed(Verb verb, std::string details) {
  verb.details = std::move(details);
  return verb;
}

Verb called_with(std::string arguments, std::size_t most, Verb verb) {
  verb.arguments = std::move(arguments);
  verb.most_arguments = most;
  return verb;
}

constexpr const char* kTrainDetails = R"(
Writes two files: the network, as torch::load reads it, and a description in JSON that says how inputs are scaled,
what the outputs mean and what it was made from. Here they are digits.pt and digits.json:
  pegbox train --storage digits.db -o digits.pt

Rows that were held out are learned from too, so nothing measures the network but the study itself. docs/deploy.md
shows a program that uses both files.

)";

constexpr const char* kAskTellDetails = R"(
Each line of standard input is a JSON object, and is answered with one on a line of standard output:
  {"op":"ask"}                                    {"trial":0,"params":{"x":0.3},"until":9}
                                                  or {"wait":true} or {"done":true}
  {"op":"report","trial":0,"step":3,"value":0.5}  {"keep":true}
  {"op":"tell","trial":0,"value":0.42}            {"ok":true}
The study needs a space and an objective, and no model:
  echo '{"op":"ask"}' | pegbox ask-tell --set 'space.x={low: 0.0, high: 1.0}' --set objective=loss

)";

constexpr const char* kNewDetails = R"(
It is made in the folder NAME, or in the one that -o names, and its README.md says how to go on.

)";

constexpr const char* kCompletionDetails = R"(
Bash:  pegbox completion bash > ~/.local/share/bash-completion/completions/pegbox
Fish:  pegbox completion fish > ~/.config/fish/completions/pegbox.fish
Zsh:   pegbox completion zsh > "${fpath[1]}/_pegbox"

)";

std::vector<Verb> verbs_of_studies() {
  return {
      about_run("run", "search for the best hyperparameters of a model, or go on with it", kQuiet | kAllowChange,
                {"run --model mlp --data digits", "run study.yaml --storage study.db --jobs 4",
                 "run --model mlp --data train.csv --target label --trials 30 --strategy tpe"}),
      about_run("validate", "check a study without running it, and show its space", kNothing,
                {"validate study.yaml", "validate --model mlp --data digits --set space.layers.high=6"}),
      about_stored("status", "how far a study is, who runs it, and what should be looked at", kCsv | kWatch,
                   {"status --storage study.db", "status --storage study.db --watch"}),
      about_stored("best", "the best trial of a study and its hyperparameters", kCsv,
                   {"best --storage study.db", "best --storage study.db --format json"}),
      about_stored("trials", "all trials of a study", kCsv,
                   {"trials --storage study.db", "trials --storage study.db --format csv > trials.csv"}),
      called_with("[STUDY.yaml] N", 2,
                  about_stored("show", "everything about one trial", kCsv,
                               {"show --storage study.db 7", "show --storage study.db 7 --format csv > curve.csv"})),
      about_stored("importance", "how much each hyperparameter matters to the objective", kCsv | kObjective,
                   {"importance --storage study.db", "importance --storage study.db --objective loss"}),
      about_stored("report", "a study as one HTML file: plots, findings and all trials", kReport,
                   {"report --storage study.db -o study.html", "report --storage study.db --cdn"}),
      about_stored(
          "export", "a study as csv or json, or its best trial as a study file", kCsv | kOutput,
          {"export --storage study.db -o study.json", "export --storage study.db --format study -o best.yaml"}),
      detailed(
          about_stored("train", "train the best hyperparameters of a study on all data, for programs without pegbox",
                       kTrained,
                       {"train --storage study.db -o network.pt", "train --storage study.db --trial 7 --epochs 50"}),
          kTrainDetails),
      called_with("[STUDY.yaml] --set NAME=VALUE", 1,
                  about_stored("enqueue", "put a point into the queue of a study, to be tried next", kPoint,
                               {"enqueue --storage study.db --set optimizer=sgd --set layers=2"})),
      about_stored("rm", "remove a study from its storage", kYes, {"rm --storage study.db --study digits --yes"}),
      called_with("check [STUDY.yaml]", 2,
                  about_stored("storage", "check a database and the studies in it", kNothing,
                               {"storage check --storage study.db"})),
      detailed(about_run("ask-tell", "say what to try next, for a program that trains; in JSON lines", kNothing,
                         {"ask-tell study.yaml --storage study.db"}),
               kAskTellDetails)};
}

std::vector<Verb> verbs_of_programs() {
  return {
      {.name = "new",
       .arguments = "strategy | pruner | model NAME",
       .text = "begin a plug-in of your own: a project that builds and has tests",
       .takes = kFolder,
       .most_arguments = 2,
       .details = kNewDetails,
       .examples = {"new strategy my-search", "new model my-net -o models/my-net"}},
      {.name = "plugins",
       .arguments = "list | info NAME | check NAME",
       .text =
           "the strategies, pruners and models that are there, their settings, and whether they keep their contract",
       .takes = kCsv,
       .most_arguments = 2,
       .examples = {"plugins list", "plugins info tpe", "plugins check ./libmine.so"}},
      {.name = "completion",
       .arguments = "bash | fish | zsh",
       .text = "a script that has a shell complete verbs, options and plug-ins",
       .most_arguments = 1,
       .details = kCompletionDetails,
       .examples = {"completion bash > pegbox.bash"}},
      {.name = "doctor",
       .arguments = {},
       .text = "versions, devices, plug-ins and why any was refused; can fetch LibTorch",
       .takes = kFetch,
       .examples = {"doctor", "doctor --fetch"}},
      {.name = "version",
       .arguments = {},
       .text = "the version of pegbox and what it was built with",
       .examples = {"version --format json"}},
      {.name = "help",
       .arguments = "[VERB | PLUG-IN | study-file]",
       .text = "this text, or that of one verb, of a plug-in and its settings, or of the study file's keys",
       .takes = kSchema,
       .most_arguments = 1,
       .examples = {"help run", "help tpe", "help study-file"}}};
}

}  // namespace

const std::vector<Verb>& verb_table() {
  static const std::vector<Verb> table = [] {
    std::vector<Verb> all = verbs_of_studies();
    for (Verb& verb : verbs_of_programs()) all.push_back(std::move(verb));
    return all;
  }();
  return table;
}

const Verb& find_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : verb_table()) {
    if (verb.name == name) return verb;
    names.push_back(verb.name);
  }
  throw UsageError("there is no verb '" + name + "'" + suggestion(name, names));
}

bool is_verb(const std::string& name) {
  return std::ranges::any_of(verb_table(), [&](const Verb& verb) { return verb.name == name; });
}

}  // namespace pegbox

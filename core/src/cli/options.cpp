#include "options.hpp"

#include <cstdlib>
#include <sstream>

#include <boost/program_options.hpp>

#include <pegbox/nearest.hpp>
#include <pegbox/plugin.hpp>

#include "study_options.hpp"
#include "usage_error.hpp"

namespace pegbox {
namespace {

namespace po = boost::program_options;

/// Which options a verb takes beside the common ones.
constexpr unsigned kNothing = 0;
constexpr unsigned kStudy = 1;   ///< what a study file says, as options
constexpr unsigned kStored = 2;  ///< which study of which storage
constexpr unsigned kQuiet = 4;
constexpr unsigned kAllowChange = 8;
constexpr unsigned kOutput = 16;
constexpr unsigned kYes = 32;
constexpr unsigned kPoint = 64;     ///< hyperparameters
constexpr unsigned kCsv = 128;      ///< csv as a format
constexpr unsigned kTrained = 256;  ///< what is trained on all data, and where that goes

struct Verb {
  std::string name, arguments, text;
  unsigned takes = kNothing;
  std::size_t most_arguments = 0;
  std::string example = {};
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      {"run", "[STUDY.yaml] [options]", "search for the best hyperparameters of a model, or go on with it",
       kStudy | kQuiet | kAllowChange, 1},
      {"validate", "[STUDY.yaml] [options]", "check a study without running it, and show its space", kStudy, 1},
      {"status", "[STUDY.yaml]", "how far a study is, and who runs it", kStored, 1},
      {"best", "[STUDY.yaml]", "the best trial of a study and its hyperparameters", kStored, 1},
      {"trials", "[STUDY.yaml]", "all trials of a study", kStored | kCsv, 1},
      {"show", "[STUDY.yaml] N", "everything about one trial", kStored, 2},
      {"export", "[STUDY.yaml]", "a study as csv or json, or its best trial as a study file", kStored | kCsv | kOutput,
       1},
      {"train", "[STUDY.yaml]", "train the best hyperparameters of a study on all data, for programs without pegbox",
       kStored | kTrained, 1,
       R"(
Writes two files: the network, as torch::load reads it, and a description in JSON that says how inputs are scaled,
what the outputs mean and what it was made from. Here they are digits.pt and digits.json:
  pegbox train --storage digits.db -o digits.pt

Rows that were held out are learned from too, so nothing measures the network but the study itself. docs/deploy.md
shows a program that uses both files.

)"},
      {"enqueue", "[STUDY.yaml] --set NAME=VALUE", "put a point into the queue of a study, to be tried next",
       kStored | kPoint, 1},
      {"rm", "[STUDY.yaml]", "remove a study from its storage", kStored | kYes, 1},
      {"storage", "check [STUDY.yaml]", "check a database and the studies in it", kStored, 2},
      {"ask-tell", "[STUDY.yaml] [options]", "say what to try next, for a program that trains; in JSON lines", kStudy,
       1,
       R"(Each line of standard input is a JSON object, and is answered with one on a line of standard output:
  {"op":"ask"}                                    {"trial":0,"params":{"x":0.3},"until":9}
                                                  or {"wait":true} or {"done":true}
  {"op":"report","trial":0,"step":3,"value":0.5}  {"keep":true}
  {"op":"tell","trial":0,"value":0.42}            {"ok":true}
The study needs a space and an objective, and no model:
  echo '{"op":"ask"}' | pegbox ask-tell --set 'space.x={low: 0.0, high: 1.0}' --set objective=loss
)"},
      {"plugins", "list | info NAME | check NAME",
       "the strategies, pruners and models that are there, their settings, and whether they keep their contract",
       kNothing, 2},
      {"doctor", "", "versions, devices, plug-ins and why any was refused", kNothing, 0},
      {"version", "", "the version of pegbox and what it was built with", kNothing, 0},
      {"help", "[VERB]", "this text, or that of one verb", kNothing, 1}};
  return all;
}

const Verb& find_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return verb;
    names.push_back(verb.name);
  }
  throw UsageError("there is no verb '" + name + "'" + suggestion(name, names));
}

po::options_description study_description() {
  po::options_description description("Options (each stands for a key of the study file)");
  for (const StudyOption& option : study_options()) {
    description.add_options()(option.name.c_str(), po::value<std::string>()->value_name(option.value),
                              option.text.c_str());
  }
  description.add_options()("set", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
                            "any key of the study file, as in space.layers.high=6; may be repeated");
  return description;
}

po::options_description stored_description(const Verb& verb) {
  po::options_description description("Which study");
  description.add_options()("storage", po::value<std::string>()->value_name("FILE"), "the database that it is kept in")(
      "study", po::value<std::string>()->value_name("NAME"), "its name, where there are several");
  if ((verb.takes & kPoint) != 0) {
    description.add_options()("set", po::value<std::vector<std::string>>()->value_name("NAME=VALUE"),
                              "a hyperparameter; may be repeated. What is left out has its default");
  }
  return description;
}

std::string formats(const Verb& verb) {
  if ((verb.takes & kOutput) != 0) return "json (default), csv or study";
  return (verb.takes & kCsv) != 0 ? "table (default), json or csv" : "table (default) or json";
}

po::options_description common_description(const Verb& verb) {
  po::options_description description("Common options");
  const auto has = [&](unsigned what) { return (verb.takes & what) != 0; };
  if (has(kOutput)) {
    description.add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                              "write there instead of to standard output");
  }
  if (has(kTrained)) {
    description.add_options()("trial", po::value<int>()->value_name("N"), "the trial to train; by default the best")(
        "epochs", po::value<Budget>()->value_name("N"),
        "how long; by default as long as the trial, or to its best epoch where it went back to that")(
        "device", po::value<std::string>()->value_name("DEVICE"), "auto (default), cpu, cuda or cuda:N")(
        "output,o", po::value<std::string>()->value_name("FILE"),
        "the network's file, by default STUDY.pt; the description has .json for .pt");
  }
  if (has(kYes)) description.add_options()("yes", "do not ask");
  description.add_options()("plugin-dir", po::value<std::vector<std::string>>()->value_name("DIR"),
                            "look for plug-ins there too; may be repeated")(
      "format", po::value<std::string>()->value_name("FORMAT"), formats(verb).c_str());
  if (has(kQuiet)) description.add_options()("quiet", "no progress on standard error");
  if (has(kAllowChange)) {
    description.add_options()("allow-change", "go on with a study though its description has changed");
  }
  description.add_options()("help,h", "this text");
  return description;
}

po::options_description description_of(const Verb& verb) {
  po::options_description all;
  if ((verb.takes & kStudy) != 0) all.add(study_description());
  if ((verb.takes & kStored) != 0) all.add(stored_description(verb));
  all.add(common_description(verb));
  return all;
}

bool is_file(const std::string& data) { return data.ends_with(".csv") || data.find('/') != std::string::npos; }

/// Paths on the command line are relative to where the user stands, those in a study file to that file.
std::string absolute(const std::string& path) { return '"' + std::filesystem::absolute(path).string() + '"'; }

Options::Change change(const StudyOption& option, const std::string& value, const std::string& place) {
  if (option.path == "data" && is_file(value)) return {"data.csv", absolute(value), place};
  if (option.path == "run.storage" && value.find("://") == std::string::npos) {
    return {option.path, absolute(value), place};
  }
  if (option.path == "run.tensorboard" && !value.empty()) return {option.path, absolute(value), place};
  const bool plugin = option.path == "model" || option.path == "strategy" || option.path == "pruner";
  if (plugin && is_plugin_path(value)) {
    return {option.path, absolute(value), place};
  }
  return {option.path, value, place};
}

/// The value of NAME=VALUE.
Options::Change assignment(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError("--set '" + text + "': it must be KEY=VALUE, as in space.layers.high=6");
  }
  return {text.substr(0, equals), text.substr(equals + 1), "--set " + text.substr(0, equals)};
}

/// What the environment says, then what the command line says.
void add_changes(const po::variables_map& values, const std::vector<StudyOption>& known, Options& options) {
  for (const StudyOption& option : known) {
    const std::string name = environment_name(option);
    // Read before any thread is started.
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr && *value != '\0') options.changes.push_back(change(option, value, name));
  }
  for (const StudyOption& option : known) {
    if (values.count(option.name) == 0) continue;
    options.changes.push_back(change(option, values[option.name].as<std::string>(), "--" + option.name));
  }
}

/// The options that say which stored study is meant.
std::vector<StudyOption> stored_options() {
  std::vector<StudyOption> options;
  for (const StudyOption& option : study_options()) {
    if (option.name == "storage" || option.name == "study") options.push_back(option);
  }
  return options;
}

/// What is to be trained on all data.
void add_training(const po::variables_map& values, Options& options) {
  if (values.count("trial") > 0) options.trial = values["trial"].as<int>();
  if (values.count("epochs") > 0) options.epochs = values["epochs"].as<Budget>();
  if (values.count("device") > 0) options.device = values["device"].as<std::string>();
  if (options.epochs && *options.epochs < 1) throw UsageError("--epochs must be 1 or more");
}

Format parse_format(const std::string& text, const Verb& verb) {
  if (text == "json") return Format::json;
  if (text == "csv" && (verb.takes & kCsv) != 0) return Format::csv;
  if (text == "study" && (verb.takes & kOutput) != 0) return Format::study;
  if (text == "table" && (verb.takes & kOutput) == 0) return Format::table;
  throw UsageError("--format '" + text + "': '" + verb.name + "' has " + formats(verb));
}

po::variables_map parse(const std::vector<std::string>& arguments, const Verb& verb, std::vector<std::string>& rest) {
  po::options_description all = description_of(verb);
  all.add_options()("arguments", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("arguments", -1);
  // Guessing would take --trial for --trials.
  const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  po::variables_map values;
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(positional).style(style).run(), values);
  } catch (const po::unknown_option& error) {
    const po::options_description description = description_of(verb);
    std::vector<std::string> known;
    for (const auto& option : description.options()) known.push_back("--" + option->long_name());
    throw UsageError("'" + verb.name + "' has no option '" + error.get_option_name() + "'" +
                     suggestion(error.get_option_name(), known));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  if (values.count("arguments") > 0) rest = values["arguments"].as<std::vector<std::string>>();
  return values;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  if (arguments.empty()) throw UsageError("no verb was given; 'pegbox help' lists them");
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h") return Options{.verb = "help"};
  if (first == "--version") return Options{.verb = "version"};
  const Verb& verb = find_verb(first);
  options.verb = verb.name;
  const po::variables_map values = parse({arguments.begin() + 1, arguments.end()}, verb, options.arguments);
  if (values.count("help") > 0) return Options{.verb = "help", .arguments = {verb.name}};
  if (options.arguments.size() > verb.most_arguments) {
    throw UsageError("'" + verb.name + "' does not take '" + options.arguments[verb.most_arguments] + "'");
  }
  if (values.count("plugin-dir") > 0) {
    for (const auto& folder : values["plugin-dir"].as<std::vector<std::string>>()) {
      options.plugin_dirs.emplace_back(folder);
    }
  }
  if ((verb.takes & kOutput) != 0) options.format = Format::json;
  if (values.count("format") > 0) options.format = parse_format(values["format"].as<std::string>(), verb);
  if (values.count("output") > 0) options.output = values["output"].as<std::string>();
  if ((verb.takes & kTrained) != 0) add_training(values, options);
  options.quiet = values.count("quiet") > 0;
  options.yes = values.count("yes") > 0;
  options.allow_change = values.count("allow-change") > 0;
  std::vector<Options::Change> assignments;
  if (values.count("set") > 0) {
    for (const std::string& text : values["set"].as<std::vector<std::string>>()) {
      assignments.push_back(assignment(text));
    }
  }
  if ((verb.takes & kStudy) != 0) {
    add_changes(values, study_options(), options);
    options.changes.insert(options.changes.end(), assignments.begin(), assignments.end());
  }
  if ((verb.takes & kStored) != 0) {
    add_changes(values, stored_options(), options);
    options.point = std::move(assignments);
  }
  return options;
}

std::string help_text(const std::string& name) {
  std::ostringstream text;
  if (name.empty()) {
    text << "pegbox tunes LibTorch models: it searches for the best hyperparameters with plug-ins.\n\n";
    text << "Usage: pegbox VERB [arguments]\n\n";
    for (const Verb& verb : verbs()) {
      text << "  " << verb.name << std::string(10 - verb.name.size(), ' ') << verb.text << '\n';
    }
    text << "\nTry: pegbox run --model mlp --data digits\n     pegbox help run\n";
    return text.str();
  }
  const Verb& verb = find_verb(name);
  text << "Usage: pegbox " << verb.name << (verb.arguments.empty() ? "" : " ") << verb.arguments << "\n\n"
       << verb.text << '\n'
       << verb.example << description_of(verb);
  if ((verb.takes & kStudy) != 0) {
    text << "\nWhat is said on the command line overrides the environment (PEGBOX_TRIALS for --trials and so on), "
            "which\n"
            "overrides the study file.\n";
  }
  return text.str();
}

}  // namespace pegbox

#include "options.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <boost/program_options.hpp>

#include <pegbox/nearest.hpp>
#include <pegbox/plugin.hpp>

#include "study_options.hpp"
#include "table.hpp"
#include "usage_error.hpp"
#include "verb_table.hpp"

namespace pegbox {
namespace {

namespace po = boost::program_options;

using namespace takes;

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
  if (verb.has(kPoint)) {
    description.add_options()("set", po::value<std::vector<std::string>>()->value_name("NAME=VALUE"),
                              "a hyperparameter; may be repeated. What is left out has its default");
  }
  return description;
}

std::string formats(const Verb& verb) {
  if (verb.has(kOutput)) return "json (default), csv or study";
  if (verb.has(kSchema)) return "table (default) or json; of study-file also json-schema";
  return verb.has(kCsv) ? "table (default), json or csv" : "table (default) or json";
}

po::options_description common_description(const Verb& verb) {
  po::options_description description("Common options");
  if (verb.has(kOutput)) {
    description.add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                              "write there instead of to standard output");
  }
  if (verb.has(kTrained)) {
    description.add_options()("trial", po::value<int>()->value_name("N"), "the trial to train; by default the best")(
        "epochs", po::value<Budget>()->value_name("N"),
        "how long; by default as long as the trial, or to its best epoch where it went back to that")(
        "device", po::value<std::string>()->value_name("DEVICE"), "auto (default), cpu, cuda or cuda:N")(
        "output,o", po::value<std::string>()->value_name("FILE"),
        "the network's file, by default STUDY.pt; the description has .json for .pt");
  }
  if (verb.has(kFolder)) {
    description.add_options()("output,o", po::value<std::string>()->value_name("DIR"),
                              "the project's folder; by default NAME");
  }
  if (verb.has(kReport)) {
    description.add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                              "the page, by default STUDY.html; - is standard output")(
        "cdn", "a small page that loads plotly.js from the network");
  }
  if (verb.has(kObjective)) {
    description.add_options()("objective", po::value<std::string>()->value_name("METRIC"),
                              "the objective, where there are several; by default the first");
  }
  if (verb.has(kYes)) description.add_options()("yes", "do not ask");
  if (verb.has(kFetch)) {
    description.add_options()("fetch", "fetch the LibTorch that pegbox was built with (540 MB) into ~/.cache/pegbox");
  }
  if (verb.has(kWatch)) {
    description.add_options()("watch", "show each change, as long as somebody runs the study");
  }
  description.add_options()("plugin-dir", po::value<std::vector<std::string>>()->value_name("DIR"),
                            "look for plug-ins there too; may be repeated");
  if (!verb.has(kReport)) {
    description.add_options()("format", po::value<std::string>()->value_name("FORMAT"), formats(verb).c_str());
  }
  if (verb.has(kQuiet)) description.add_options()("quiet", "no progress on standard error");
  if (verb.has(kAllowChange)) {
    description.add_options()("allow-change", "go on with a study though its description has changed");
  }
  description.add_options()("help,h", "this text");
  return description;
}

po::options_description description_of(const Verb& verb) {
  po::options_description all;
  if (verb.has(kStudy)) all.add(study_description());
  if (verb.has(kStored)) all.add(stored_description(verb));
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
    if (!values.contains(option.name)) continue;
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
  if (values.contains("trial")) options.trial = values["trial"].as<int>();
  if (values.contains("epochs")) options.epochs = values["epochs"].as<Budget>();
  if (values.contains("device")) options.device = values["device"].as<std::string>();
  if (options.epochs && *options.epochs < 1) throw UsageError("--epochs must be 1 or more");
}

Format parse_format(const std::string& text, const Verb& verb) {
  if (text == "json") return Format::json;
  if (text == "csv" && verb.has(kCsv)) return Format::csv;
  if (text == "study" && verb.has(kOutput)) return Format::study;
  if (text == "json-schema" && verb.has(kSchema)) return Format::json_schema;
  if (text == "table" && !verb.has(kOutput)) return Format::table;
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
  if (values.contains("arguments")) rest = values["arguments"].as<std::vector<std::string>>();
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
  if (values.contains("help")) return Options{.verb = "help", .arguments = {verb.name}};
  if (options.arguments.size() > verb.most_arguments) {
    throw UsageError("'" + verb.name + "' does not take '" + options.arguments[verb.most_arguments] + "'");
  }
  if (values.contains("plugin-dir")) {
    for (const auto& folder : values["plugin-dir"].as<std::vector<std::string>>()) {
      options.plugin_dirs.emplace_back(folder);
    }
  }
  if (verb.has(kOutput)) options.format = Format::json;
  if (values.contains("format")) options.format = parse_format(values["format"].as<std::string>(), verb);
  if (values.contains("output")) options.output = values["output"].as<std::string>();
  if (verb.has(kTrained)) add_training(values, options);
  options.quiet = values.contains("quiet");
  options.yes = values.contains("yes");
  options.cdn = values.contains("cdn");
  if (values.contains("objective")) options.objective = values["objective"].as<std::string>();
  options.fetch = values.contains("fetch");
  options.watch = values.contains("watch");
  options.allow_change = values.contains("allow-change");
  std::vector<Options::Change> assignments;
  if (values.contains("set")) {
    for (const std::string& text : values["set"].as<std::vector<std::string>>()) {
      assignments.push_back(assignment(text));
    }
  }
  if (verb.has(kStudy)) {
    add_changes(values, study_options(), options);
    options.changes.insert(options.changes.end(), assignments.begin(), assignments.end());
  }
  if (verb.has(kStored)) {
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
    std::vector<std::vector<std::string>> rows;
    for (const Verb& verb : verb_table()) rows.push_back({verb.name, verb.text});
    text << aligned(rows, "  ");
    text << "\nTry: pegbox run --model mlp --data digits\n     pegbox help run\n";
    return text.str();
  }
  const Verb& verb = find_verb(name);
  text << "Usage: pegbox " << verb.name << (verb.arguments.empty() ? "" : " ") << verb.arguments << "\n\n"
       << verb.text << '\n'
       << verb.details << description_of(verb);
  if (verb.has(kStudy)) {
    text << "\nWhat is said on the command line overrides the environment (PEGBOX_TRIALS for --trials and so on), "
            "which\n"
            "overrides the study file.\n";
  }
  if (!verb.examples.empty()) text << "\nExamples:\n";
  for (const std::string& example : verb.examples) text << "  pegbox " << example << '\n';
  return text.str();
}

std::vector<VerbWords> command_words() {
  std::vector<VerbWords> all;
  for (const Verb& verb : verb_table()) {
    VerbWords words{verb.name, verb.text, {}};
    const po::options_description description = description_of(verb);
    for (const auto& option : description.options()) {
      const bool flag = option->semantic()->max_tokens() == 0;
      words.options.push_back({"--" + option->long_name(), option->description(), !flag});
    }
    all.push_back(std::move(words));
  }
  return all;
}

}  // namespace pegbox

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

struct Verb {
  std::string name, arguments, text;
  bool takes_study = false;
  std::size_t most_arguments = 0;
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      {"run", "[STUDY.yaml] [options]", "search for the best hyperparameters of a model", true, 1},
      {"validate", "[STUDY.yaml] [options]", "check a study without running it, and show its space", true, 1},
      {"plugins", "list | info NAME", "the strategies, pruners and models that are there, and their settings", false,
       2},
      {"doctor", "", "versions, devices, plug-ins and why any was refused", false, 0},
      {"version", "", "the version of pegbox and what it was built with", false, 0},
      {"help", "[VERB]", "this text, or that of one verb", false, 1}};
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

po::options_description common_description(const Verb& verb) {
  po::options_description description("Common options");
  description.add_options()("plugin-dir", po::value<std::vector<std::string>>()->value_name("DIR"),
                            "look for plug-ins there too; may be repeated")(
      "format", po::value<std::string>()->value_name("FORMAT"), "table (default) or json");
  if (verb.name == "run") description.add_options()("quiet", "no progress on standard error");
  description.add_options()("help,h", "this text");
  return description;
}

po::options_description description_of(const Verb& verb) {
  po::options_description all;
  if (verb.takes_study) all.add(study_description());
  all.add(common_description(verb));
  return all;
}

bool is_file(const std::string& data) { return data.ends_with(".csv") || data.find('/') != std::string::npos; }

/// Paths on the command line are relative to where the user stands, those in a study file to that file.
std::string absolute(const std::string& path) { return '"' + std::filesystem::absolute(path).string() + '"'; }

Options::Change change(const StudyOption& option, const std::string& value, const std::string& place) {
  if (option.path == "data" && is_file(value)) return {"data.csv", absolute(value), place};
  const bool plugin = option.path == "model" || option.path == "strategy" || option.path == "pruner";
  if (plugin && is_plugin_path(value)) {
    return {option.path, absolute(value), place};
  }
  return {option.path, value, place};
}

void add_changes(const po::variables_map& values, Options& options) {
  for (const StudyOption& option : study_options()) {
    const std::string name = environment_name(option);
    // Read before any thread is started.
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr && *value != '\0') options.changes.push_back(change(option, value, name));
  }
  for (const StudyOption& option : study_options()) {
    if (values.count(option.name) == 0) continue;
    options.changes.push_back(change(option, values[option.name].as<std::string>(), "--" + option.name));
  }
  if (values.count("set") == 0) return;
  for (const std::string& text : values["set"].as<std::vector<std::string>>()) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError("--set '" + text + "': it must be KEY=VALUE, as in space.layers.high=6");
    }
    options.changes.push_back({text.substr(0, equals), text.substr(equals + 1), "--set " + text.substr(0, equals)});
  }
}

Format parse_format(const std::string& text) {
  if (text == "table") return Format::table;
  if (text == "json") return Format::json;
  throw UsageError("--format '" + text + "': it must be table or json");
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
  if (first == "--help" || first == "-h") return Options{"help", {}, {}, {}, Format::table, false};
  if (first == "--version") return Options{"version", {}, {}, {}, Format::table, false};
  const Verb& verb = find_verb(first);
  options.verb = verb.name;
  const po::variables_map values = parse({arguments.begin() + 1, arguments.end()}, verb, options.arguments);
  if (values.count("help") > 0) return Options{"help", {verb.name}, {}, {}, Format::table, false};
  if (options.arguments.size() > verb.most_arguments) {
    throw UsageError("'" + verb.name + "' does not take '" + options.arguments[verb.most_arguments] + "'");
  }
  if (values.count("plugin-dir") > 0) {
    for (const auto& folder : values["plugin-dir"].as<std::vector<std::string>>()) {
      options.plugin_dirs.emplace_back(folder);
    }
  }
  if (values.count("format") > 0) options.format = parse_format(values["format"].as<std::string>());
  options.quiet = values.count("quiet") > 0;
  if (verb.takes_study) add_changes(values, options);
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
       << description_of(verb);
  if (verb.takes_study) {
    text << "\nWhat is said on the command line overrides the environment (PEGBOX_TRIALS for --trials and so on), "
            "which\n"
            "overrides the study file.\n";
  }
  return text.str();
}

}  // namespace pegbox

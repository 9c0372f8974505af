#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace pegbox {

enum class Format { table, json };

/// The command line as one value.
struct Options {
  std::string verb;
  std::vector<std::string> arguments;  ///< after the verb: a study file, a plug-in's name

  /// What `run` and `validate` say about the study, in the order in which it takes effect: a path in the study file
  /// (`run.jobs`), a YAML text, and where it was said (`PEGBOX_JOBS`, `--jobs`).
  struct Change {
    std::string path, yaml, place;
  };
  std::vector<Change> changes;

  std::vector<std::filesystem::path> plugin_dirs;
  Format format = Format::table;
  bool quiet = false;
};

/// Parses the arguments after the program's name, and the environment. Throws `UsageError`.
Options parse_options(const std::vector<std::string>& arguments);

/// The verbs with one line each, or one verb's usage and options. Throws `UsageError` for an unknown verb.
std::string help_text(const std::string& name);

}  // namespace pegbox

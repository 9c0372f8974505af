#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pegbox/trial.hpp>

#include "tuner/study_source.hpp"

namespace pegbox {

enum class Format { table, json, csv, study, json_schema };

/// The command line as one value.
struct Options {
  std::string verb;
  std::vector<std::string> arguments = {};  ///< after the verb: a study file, a plug-in's name

  using Change = StudyChange;

  /// What is said about the study, in the order in which it takes effect; of verbs that read a stored study its name
  /// and storage alone.
  std::vector<Change> changes = {};

  std::vector<Change> point = {};  ///< hyperparameters by name, for the queue
  std::vector<std::filesystem::path> plugin_dirs = {};
  Format format = Format::table;
  std::filesystem::path output = {};  ///< empty: standard output
  std::optional<int> trial = {};      ///< its number
  std::optional<Budget> epochs = {};  ///< of a network that is trained on all data
  std::string device = {};            ///< to train that on; empty: auto
  bool quiet = false;
  bool yes = false;            ///< nobody is asked
  bool cdn = false;            ///< a report asks the network for what draws its plots
  bool fetch = false;          ///< LibTorch is put where it is looked for
  bool watch = false;          ///< what changes is shown as long as the study runs
  bool allow_change = false;   ///< a study goes on though its description has changed
  std::string objective = {};  ///< a metric's name; empty: the first
};

/// Parses the arguments after the program's name, and the environment. Throws `UsageError`.
Options parse_options(const std::vector<std::string>& arguments);

/// The verbs with one line each, or one verb's usage and options. Throws `UsageError` for an unknown verb.
std::string help_text(const std::string& name);

/// A verb as a shell completes it.
struct VerbWords {
  struct Option {
    std::string name;  ///< `--trials`
    std::string text;
    bool takes_value;
  };
  std::string name, text;
  std::vector<Option> options;
};

std::vector<VerbWords> command_words();

}  // namespace pegbox

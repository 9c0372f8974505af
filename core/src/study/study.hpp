#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/params.hpp>
#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

#include "document.hpp"

namespace pegbox {

/// A plug-in as the study names it. `name` may be a path to a library: then it holds a slash.
struct PluginChoice {
  std::string name;
  Params settings;
  std::string place;  ///< where it stands, for messages: `digits.yaml:4:11` or `--strategy`
};

/// The data set that the study names, or none. What a key leaves out is empty; docs/study-file.md says what they mean.
struct DataChoice {
  std::string kind;                           ///< name, csv, npy, idx, cifar10, cifar100 or images; empty: no data
  std::string name;                           ///< of bundled data
  std::vector<std::filesystem::path> files;   ///< of csv the file, of npy inputs and targets, else the folder
  std::vector<std::filesystem::path> test;    ///< likewise, of csv and npy, where such a part is named
  std::vector<std::string> target;            ///< columns to predict
  std::string group;                          ///< column
  std::vector<std::string> columns;           ///< that are inputs
  std::vector<std::string> ignore;            ///< columns
  std::vector<std::string> categories;        ///< columns
  std::string missing;                        ///< refuse, mean or drop
  std::string task;                           ///< classification or regression
  std::string labels;                         ///< fine or coarse
  std::vector<std::int64_t> shape = {};       ///< of a row's inputs
  std::vector<std::int64_t> size = {};        ///< height and width of pictures
  std::optional<std::int64_t> channels = {};  ///< of pictures, 1 or 3
  std::string place = {};

  bool named() const { return !kind.empty(); }
};

/// What may change between two runs of a study.
struct RunChoice {
  std::optional<int> jobs;
  std::string device = "auto";
  int per_device = 1;                          ///< trials at once on one GPU
  std::optional<std::int64_t> trial_memory;    ///< bytes that one trial may need on the processor
  std::optional<double> timeout;               ///< seconds, of the whole run
  std::optional<double> trial_timeout;         ///< seconds, of one trial
  int max_failures = 3;                        ///< consecutive failed trials that end the study
  std::filesystem::path storage;               ///< the database; empty: the study is kept in memory
  Budget checkpoint_epochs = 0;                ///< a running trial is saved each so many epochs; 0: only by time
  double checkpoint_interval = 60;             ///< a running trial is saved each so many seconds
  std::int64_t paused_memory = 1'000'000'000;  ///< bytes for networks of paused trials
  double busy_timeout = 60;                    ///< seconds to wait for a database that others use
  std::filesystem::path tensorboard;           ///< folder for TensorBoard's event files; empty: none are written
};

/// A study as the user described it, checked as far as it can be without plug-ins and data.
struct Study {
  std::string name;  ///< empty where none is said
  PluginChoice model;
  DataChoice data;
  PluginChoice strategy;  ///< `auto` where none is said
  std::optional<PluginChoice> pruner;
  std::vector<Objective> objectives;  ///< empty: by the task of the data
  std::optional<int> trials;          ///< none said: the host's default
  Budget epochs = 20;
  std::optional<Budget> total_epochs;
  double validation = 0.2;  ///< part of the data that is held out
  int folds = 1;            ///< above 1: cross-validation
  int repeats = 1;          ///< of a trial's training, with rows divided anew
  double test = 0;          ///< part of the data that no trial sees
  std::uint64_t seed = 0;
  std::optional<int> window;
  bool arrival_order = false;
  std::vector<Params> enqueue;  ///< points to try first, incomplete ones filled with defaults
  RunChoice run;
  Node space;  ///< the section `space:`, a map; merged by `merged_space`
  std::string enqueue_place;
};

/// Who trains the trials of a study.
enum class TrainedBy {
  model,  ///< its model, which must be named
  client  ///< another program that asks for trials: objective and space must be stated, and `epochs` is 1 by default
};

/// Reads the description. Relative paths of plug-ins and data (a plug-in's name is a path where it holds a slash or
/// ends in `.so`) are relative to `folder`, that of the study file. Throws `StudyError` with the place of the first
/// mistake.
Study read_study(const Node& root, const std::filesystem::path& folder = {}, TrainedBy by = TrainedBy::model);

/// The space of the study: what `base` (model and trainer together) proposes, with what the section `space:` narrows,
/// fixes or adds. Of `options` those join that the section names. `open`: names that neither knows are welcome.
///
/// An entry narrows the parameter of its name: what it leaves out comes from `base`. A default that no longer fits
/// moves to the nearest value that does, of choices to the first. Values that a parameter can no longer take leave the
/// conditions on it; a parameter whose conditions can never hold any more is left out, unless the section itself states
/// the condition: that is an error. Throws `StudyError` with the place; a space has at most 1,000 hyperparameters, and
/// a list at most 1,000 choices.
SearchSpace merged_space(const SearchSpace& base, bool open, const Node& section, const SearchSpace& options = {});

}  // namespace pegbox

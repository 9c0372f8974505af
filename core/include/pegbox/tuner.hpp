#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <pegbox/error.hpp>
#include <pegbox/plugin_error.hpp>
#include <pegbox/store_error.hpp>
#include <pegbox/trial_context.hpp>
#include <pegbox/tuned_study.hpp>

namespace pegbox {

/// Runs a study in the calling program: what `pegbox run` does, and the same for a function of the program's own.
/// Prints nothing and handles no signals. Objects know nothing of each other, and each is used by one thread at a time.
///
/// Mistakes in the study throw `StudyError` with the place, plug-ins that cannot be used `PluginError`, a storage that
/// cannot be used `StoreError`.
class Tuner {
 public:
  /// A study that the program describes.
  Tuner();

  /// A study as the file describes it; what is said here goes before that.
  explicit Tuner(const std::filesystem::path& study_file);

  ~Tuner();
  Tuner(const Tuner&) = delete;
  Tuner& operator=(const Tuner&) = delete;
  Tuner(Tuner&& other) noexcept;
  Tuner& operator=(Tuner&& other) noexcept;

  /// Sets any key of the study file, as `--set` of the command line does: `set("strategy.points", "3")`. The value is
  /// YAML. Relative paths begin at the study file's folder, without a file at the current one.
  Tuner& set(std::string_view key, std::string_view yaml);

  /// The hyperparameters of a function. The section `space` of the study narrows them or adds to them.
  Tuner& space(SearchSpace space);

  /// One more objective; the first call takes the place of those of the study file.
  Tuner& minimize(std::string_view metric);
  Tuner& maximize(std::string_view metric);

  /// Looks for plug-ins there too.
  Tuner& plugin_folder(std::filesystem::path folder);

  /// Goes on with a kept study though its description has changed, where that can be.
  Tuner& allow_change();

  /// Is told each trial that ends in this run, with its last report, once that is kept. Calls come one at a time, from
  /// a thread of the study's. What it throws stops the study and comes out of `run`.
  Tuner& on_trial(std::function<void(const Trial& trial)> callback);

  /// Is told, likewise, what a user should know, as that a database has to be waited for: one sentence.
  Tuner& on_note(std::function<void(const std::string& text)> callback);

  /// Tunes a function that trains a trial from `trial.epoch() + 1` to `trial.until()` and reports after each epoch.
  /// Trials run one at a time unless `run.jobs` says otherwise: then the function is called from several threads at
  /// once. What it throws fails its trial. A stop ends the study after the running epochs.
  TunedStudy run(const std::function<void(TrialContext& trial)>& train, const std::stop_token& stop = {});

  /// Tunes a function that gives the value of the only objective.
  TunedStudy run(const std::function<double(const Params& params)>& value, const std::stop_token& stop = {});

  /// Tunes a function that gives each objective's value, by its metric, and what else it measures.
  TunedStudy run(const std::function<Metrics(const Params& params)>& measure, const std::stop_token& stop = {});

  /// Runs a study that names a model, as `pegbox run` does. LibTorch is loaded for it.
  TunedStudy run(const std::stop_token& stop = {});

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace pegbox

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include <pegbox/error.hpp>

#include "best.hpp"
#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "described_study.hpp"
#include "progress.hpp"
#include "result.hpp"
#include "signals.hpp"
#include "tuner/crash.hpp"
#include "tuner/definition.hpp"
#include "tuner/tensorboard.hpp"
#include "tuner/tuning.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

/// A study that has run, with all that its result says.
struct Result {
  const Tuning& tuning;
  const Outcome& outcome;

  const Setup& setup() const { return tuning.setup(); }
  const Plan& plan() const { return tuning.plan(); }
  const Trial* best() const { return best_trial(outcome.trials, plan().objectives.front()); }
};

Json rows_json(const TrainerSummary& summary) {
  return {{"train", summary.train_rows}, {"validation", summary.validation_rows}, {"test", summary.test_rows}};
}

Json study_json(const Result& result) {
  const Study& study = result.setup().study;
  return {{"name", study.name},
          {"model", chosen_json(*result.setup().model)},
          {"strategy", strategy_json(result.setup(), result.tuning.choice())},
          {"pruner", result.setup().pruner ? Json(result.setup().pruner->file.stamp.name) : Json(nullptr)},
          {"objectives", to_json(result.plan().objectives)},
          {"space", to_json(result.setup().space)},
          {"epochs", result.plan().epochs},
          {"seed", result.plan().seed},
          {"window", result.plan().window},
          {"order", result.plan().order == Order::dispatch ? "dispatch" : "arrival"},
          {"jobs", result.plan().jobs},
          {"device", result.tuning.summary().device},
          {"rows", rows_json(result.tuning.summary())},
          {"fits", result.tuning.summary().fits},
          {"ended", to_string(result.outcome.ending)}};
}

Studied studied(const Result& result) {
  Studied study{result.outcome.trials, result.plan().objectives, result.setup().space};
  study.learn(definition_of(result.setup(), result.plan()));
  return study;
}

Json result_json(const Result& result) {
  const auto& objectives = result.plan().objectives;
  Json json{{"study", study_json(result)}, {"best", nullptr}, {"trials", Json::array()}};
  if (result.best() != nullptr) {
    json["best"] = best_json(result.setup().study.name, studied(result));
  }
  if (objectives.size() > 1) {
    json["front"] = Json::array();
    for (const Trial* trial : pareto_front(result.outcome.trials, objectives)) json["front"].push_back(trial->number);
  }
  for (const Trial& trial : result.outcome.trials) json["trials"].push_back(trial_json(trial, objectives));
  return json;
}

std::string result_text(const Result& result) {
  if (result.best() == nullptr) return "no trial came to its end\n";
  return best_text(studied(result));
}

ExitCode exit_code(const Result& result) {
  if (result.outcome.ending == Ending::strategy_fault) return ExitCode::plugin;
  if (result.outcome.ending == Ending::interrupted) return ExitCode::interrupted;
  if (result.outcome.ending == Ending::failures || result.best() == nullptr) return ExitCode::no_result;
  return ExitCode::done;
}

std::string kept_text(const StoredRun* stored) {
  if (stored == nullptr) {
    return "The study is kept in memory only: when pegbox ends, what is not printed is gone. --storage FILE keeps it.";
  }
  const std::string file = stored->file().string();
  if (stored->past_moves() == 0) return "It is kept in " + file + ".";
  return "It is kept in " + file + ", and goes on.";
}

/// `1438 rows to train and 359 to validate on, 5 times for each trial, 200 to test the best on`.
std::string rows_text(const TrainerSummary& summary, const std::optional<Table>& data) {
  if (summary.train_rows == 0) return "a training loop of its own";
  std::string text = std::to_string(summary.train_rows) + " rows to train and " +
                     std::to_string(summary.validation_rows) + " to validate on";
  if (summary.fits > 1) text += ", " + std::to_string(summary.fits) + " times for each trial";
  if (summary.test_rows > 0) text += ", " + std::to_string(summary.test_rows) + " to test the best on";
  const std::size_t dropped = data ? data->train.dropped + data->test.dropped : 0;
  if (dropped > 0) text += ", " + std::to_string(dropped) + " left out for missing values";
  return text;
}

void announce(const Tuning& tuning) {
  const Setup& setup = tuning.setup();
  std::cerr << "study '" << setup.study.name << "': model " << setup.model->file.stamp.name << ", strategy "
            << setup.strategy.file.stamp.name << ", " << setup.space.size() << " hyperparameters, "
            << rows_text(tuning.summary(), setup.data) << ", " << tuning.plan().jobs << " at once on "
            << tuning.summary().device << '\n'
            << choice_text(setup, tuning.choice()) << kept_text(tuning.stored()) << '\n';
  if (tuning.log() != nullptr) std::cerr << tensorboard_text(*tuning.log());
}

void explain(const Result& result) {
  std::cerr << "ended: " << to_string(result.outcome.ending);
  if (result.outcome.ending == Ending::strategy_fault) {
    std::cerr << ": strategy '" << result.setup().strategy.file.stamp.name << "' ("
              << result.setup().strategy.file.path.string() << ") " << result.outcome.fault;
  }
  std::cerr << '\n';
  if (result.best() != nullptr || result.outcome.trials.empty()) return;
  const Trial& last = result.outcome.trials.back();
  if (!last.error.empty()) std::cerr << "the last trial failed: " << last.error << '\n';
}

void explain_lost_device(const std::string& why, const StoredRun* stored) {
  std::cerr << "pegbox: stopped: " << why << "; the trial counts as failed, and "
            << (stored == nullptr ? "the study ends with it, since no --storage keeps it"
                                  : "the study goes on when it is run again")
            << '\n';
}

/// Without taking anything down: what lies on a lost device cannot be freed, and the attempt may end the process in
/// another way.
[[noreturn]] void leave(ExitCode code) {
  const bool written = static_cast<bool>(std::cout.flush());
  std::cerr.flush();
  std::_Exit(static_cast<int>(written ? code : ExitCode::failure));
}

Outcome run(Tuning& tuning, Progress::Style style, std::atomic<bool>& stop) {
  const Plan& plan = tuning.plan();
  Progress progress(style, plan.objectives, plan.trials, plan.epochs);
  const CrashWatch watch(tuning.crash_note(), static_cast<int>(ExitCode::plugin));
  return tuning.run(progress, stop);
}

}  // namespace

ExitCode run_verb(const Options& options) {
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  TuningChoice choice;
  choice.acceptance.changes = options.allow_change;
  choice.note = [](const std::string& text) { std::cerr << text << '\n'; };
  Tuning tuning(make_setup(described_study(options), catalog), catalog, choice);
  std::atomic<bool>& stop = stop_at_signal();
  if (!options.quiet) announce(tuning);

  const Outcome outcome = run(tuning, progress_style(options.quiet), stop);
  const Result result{tuning, outcome};
  if (!options.quiet || exit_code(result) != ExitCode::done) explain(result);
  std::cout << (options.format == Format::json ? printed(result_json(result)) : result_text(result));
  if (const auto& why = tuning.lost_device()) {
    explain_lost_device(*why, tuning.stored());
    leave(exit_code(result));
  }
  return exit_code(result);
}

}  // namespace pegbox

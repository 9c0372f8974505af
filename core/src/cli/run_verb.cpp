#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>

#include <pegbox/error.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "progress.hpp"
#include "result.hpp"
#include "scheduler/scheduler.hpp"
#include "setup.hpp"
#include "signals.hpp"
#include "table.hpp"
#include "trainer_library.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

int jobs_of(const RunChoice& run) {
  return run.jobs.value_or(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

/// Far enough ahead that no worker waits for another's result.
int window_of(const Study& study) {
  constexpr int kLeast = 4;
  return study.window.value_or(std::max(kLeast, 2 * jobs_of(study.run)));
}

std::optional<Duration> duration(const std::optional<double>& seconds) {
  return seconds ? std::optional(Duration(*seconds)) : std::nullopt;
}

Plan plan_of(const Setup& setup, const std::vector<Objective>& objectives) {
  const Study& study = setup.study;
  Plan plan;
  plan.space = setup.space;
  plan.objectives = objectives;
  plan.epochs = study.epochs;
  plan.trials = trial_limit(study);
  plan.total_epochs = study.total_epochs;
  plan.first = setup.first;
  plan.seed = study.seed;
  plan.jobs = jobs_of(study.run);
  plan.window = window_of(study);
  plan.order = study.arrival_order ? Order::arrival : Order::dispatch;
  plan.max_failures = study.run.max_failures;
  plan.timeout = duration(study.run.timeout);
  plan.trial_timeout = duration(study.run.trial_timeout);
  return plan;
}

Runner runner_of(Trainer& trainer) {
  return {[&](const Trial& trial, const OnReport& on_report) { trainer.run(trial, on_report); },
          [&](const Trial& source, const Trial& copy) { trainer.fork(source, copy); },
          [&](int trial) { trainer.release(trial); }};
}

TrainerPlan trainer_plan(const Setup& setup) {
  TrainerPlan plan;
  plan.model = &load_model(setup.model.file);
  plan.model_settings = setup.model.settings;
  plan.data = setup.data ? &*setup.data : nullptr;
  plan.validation = setup.study.validation;
  plan.seed = setup.study.seed;
  plan.device = setup.study.run.device;
  return plan;
}

/// A mistake in the study (no data, no such device) is not the model's, so the model is not named for it.
std::unique_ptr<Trainer> make_trainer(const Setup& setup) {
  try {
    return trainer_library().create(trainer_plan(setup));
  } catch (const StudyError&) {
    throw;
  } catch (...) {
    rethrow_from(setup.model.file);
  }
}

const char* text_of(Ending ending) {
  switch (ending) {
    case Ending::strategy_done:
      return "the strategy is done";
    case Ending::trials:
      return "the limit of trials is reached";
    case Ending::total_epochs:
      return "the limit of total_epochs is reached";
    case Ending::timeout:
      return "the timeout is reached";
    case Ending::failures:
      return "too many trials failed in a row";
    case Ending::interrupted:
      return "interrupted";
    case Ending::strategy_fault:
      return "the strategy broke its contract";
  }
  return "";
}

/// A study that has run, with all that its result says.
struct Result {
  const Setup& setup;
  const Plan& plan;
  const TrainerSummary& summary;
  const Outcome& outcome;

  const Trial* best() const { return best_trial(outcome.trials, plan.objectives.front()); }
};

Json study_json(const Result& result) {
  const Study& study = result.setup.study;
  Json objectives = Json::array();
  for (const Objective& objective : result.plan.objectives) {
    objectives.push_back({{"metric", objective.metric}, {"direction", objective.maximize ? "maximize" : "minimize"}});
  }
  return {{"name", study.name},
          {"model", {{"name", result.setup.model.file.stamp.name}, {"settings", to_json(result.setup.model.settings)}}},
          {"strategy",
           {{"name", result.setup.strategy.file.stamp.name}, {"settings", to_json(result.setup.strategy.settings)}}},
          {"pruner", result.setup.pruner ? Json(result.setup.pruner->file.stamp.name) : Json(nullptr)},
          {"objectives", objectives},
          {"space", to_json(result.setup.space)},
          {"epochs", result.plan.epochs},
          {"seed", result.plan.seed},
          {"window", result.plan.window},
          {"order", result.plan.order == Order::dispatch ? "dispatch" : "arrival"},
          {"jobs", result.plan.jobs},
          {"device", result.summary.device},
          {"rows", {{"train", result.summary.train_rows}, {"validation", result.summary.validation_rows}}},
          {"ended", text_of(result.outcome.ending)}};
}

Json result_json(const Result& result) {
  const auto& objectives = result.plan.objectives;
  Json json{{"study", study_json(result)}, {"best", nullptr}, {"trials", Json::array()}};
  if (const Trial* best = result.best()) {
    json["best"] = trial_json(*best, objectives);
    json["best"]["study"] = result.setup.study.name;
  }
  if (objectives.size() > 1) {
    json["front"] = Json::array();
    for (const Trial* trial : pareto_front(result.outcome.trials, objectives)) json["front"].push_back(trial->number);
  }
  for (const Trial& trial : result.outcome.trials) json["trials"].push_back(trial_json(trial, objectives));
  return json;
}

std::string params_table(const SearchSpace& space, const Trial& trial) {
  std::vector<std::vector<std::string>> rows;
  for (const Parameter& parameter : space) {
    if (trial.params.has(parameter.name)) rows.push_back({parameter.name, to_string(trial.params.at(parameter.name))});
  }
  return aligned(rows, "  ");
}

std::string result_text(const Result& result) {
  const auto& objectives = result.plan.objectives;
  const Trial* best = result.best();
  if (best == nullptr) return "no trial came to its end\n";
  std::string text = "best trial " + std::to_string(best->number) + " of " +
                     std::to_string(result.outcome.trials.size()) + ": " + values_text(*best, objectives) + '\n';
  text += params_table(result.setup.space, *best);
  const Trial& defaults = result.outcome.trials.front();
  if (defaults.state == State::complete) text += "defaults (trial 0): " + values_text(defaults, objectives) + '\n';
  if (objectives.size() == 1) return text;
  text += "no trial beats these in every objective:\n";
  for (const Trial* trial : pareto_front(result.outcome.trials, objectives)) {
    text += "  trial " + std::to_string(trial->number) + ": " + values_text(*trial, objectives) + '\n';
  }
  return text;
}

ExitCode exit_code(const Result& result) {
  if (result.outcome.ending == Ending::strategy_fault) return ExitCode::plugin;
  if (result.outcome.ending == Ending::interrupted) return ExitCode::interrupted;
  if (result.outcome.ending == Ending::failures || result.best() == nullptr) return ExitCode::no_result;
  return ExitCode::done;
}

void announce(const Setup& setup, const Plan& plan, const TrainerSummary& summary) {
  std::cerr << "study '" << setup.study.name << "': model " << setup.model.file.stamp.name << ", strategy "
            << setup.strategy.file.stamp.name << ", " << setup.space.size() << " hyperparameters, "
            << summary.train_rows << " rows to train and " << summary.validation_rows << " to validate on, "
            << plan.jobs << " at once on " << summary.device
            << "\nThe study is kept in memory only: when pegbox ends, what is not printed is gone.\n";
}

void explain(const Result& result) {
  std::cerr << "ended: " << text_of(result.outcome.ending);
  if (result.outcome.ending == Ending::strategy_fault) {
    std::cerr << ": strategy '" << result.setup.strategy.file.stamp.name << "' ("
              << result.setup.strategy.file.path.string() << ") " << result.outcome.fault;
  }
  std::cerr << '\n';
  if (result.best() != nullptr || result.outcome.trials.empty()) return;
  const Trial& last = result.outcome.trials.back();
  if (!last.error.empty()) std::cerr << "the last trial failed: " << last.error << '\n';
}

}  // namespace

ExitCode run_verb(const Options& options) {
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  const Setup setup = make_setup(described_study(options), catalog);
  const auto trainer = make_trainer(setup);
  const TrainerSummary summary = trainer->summary();
  const Plan plan = plan_of(setup, objectives_of(setup.study, summary.classification));
  const auto strategy = make_strategy(setup, catalog, plan.objectives, plan.window);
  const auto pruner = make_pruner(setup, plan.objectives);
  const std::atomic<bool>& stop = stop_at_signal();
  if (!options.quiet) announce(setup, plan, summary);

  Outcome outcome;
  {
    Progress progress(progress_style(options.quiet), plan.objectives, plan.trials, plan.epochs);
    outcome = run_study(plan, *strategy, pruner.get(), runner_of(*trainer), progress, stop);
  }
  const Result result{setup, plan, summary, outcome};
  if (!options.quiet || exit_code(result) != ExitCode::done) explain(result);
  std::cout << (options.format == Format::json ? printed(result_json(result)) : result_text(result));
  return exit_code(result);
}

}  // namespace pegbox

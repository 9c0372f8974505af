#include "setup.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/nesting.hpp>

#include "at_place.hpp"
#include "description.hpp"
#include "named_data.hpp"
#include "trainer/hyperparameters.hpp"

namespace pegbox {
namespace {

constexpr int kDefaultTrials = 50;

/// Finds a plug-in and checks its settings; `declared` says which it has.
template <class Declared>
Chosen choose(const Catalog& catalog, const std::string& kind, const PluginChoice& choice, const Declared& declared) {
  return at_place(choice.place, [&]() -> Chosen {
    const PluginFile file = catalog.find(kind, choice.name);
    return {file, resolve(kind + " '" + file.stamp.name + "'", declared(file), choice.settings)};
  });
}

std::unique_ptr<Strategy> created(const Chosen& strategy, StrategyContext context) {
  context.settings = strategy.settings;
  return call_plugin(strategy.file, [&] { return load_strategy(strategy.file).create(context); });
}

/// By default a trial on each place of the devices, or on each processor. What waits for a device would only use up
/// its time.
int jobs_of(const RunChoice& run, const std::optional<int>& places) {
  if (places) return std::min(run.jobs.value_or(*places), *places);
  return run.jobs.value_or(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

/// Far enough ahead that no worker waits for another's result.
int window_of(const Study& study, int jobs) {
  constexpr int kLeast = 4;
  return study.window.value_or(std::max(kLeast, 2 * jobs));
}

std::optional<Duration> duration(const std::optional<double>& seconds) {
  return seconds ? std::optional(Duration(*seconds)) : std::nullopt;
}

/// What the study says, or 50 where nothing else limits it.
std::optional<int> trial_limit(const Study& study) {
  const bool limited = study.trials || study.total_epochs || study.run.timeout;
  return limited ? study.trials : kDefaultTrials;
}

SearchSpace united(const SearchSpace& model, const SearchSpace& trainer) {
  std::vector<Parameter> parameters(model.begin(), model.end());
  parameters.insert(parameters.end(), trainer.begin(), trainer.end());
  return parameters;
}

/// The trainer's options that the model has no hyperparameter of the same name for.
SearchSpace options_besides(const SearchSpace& model) {
  std::vector<Parameter> parameters;
  for (const Parameter& option : trainer_options()) {
    if (!model.find(option.name)) parameters.push_back(option);
  }
  return parameters;
}

/// The study with the plug-ins that search.
Setup searching(Study study, const Catalog& catalog) {
  Setup setup;
  setup.study = std::move(study);
  const Study& said = setup.study;
  setup.strategy = choose(catalog, "strategy", said.strategy, &published_settings);
  if (said.pruner) setup.pruner = choose(catalog, "pruner", *said.pruner, &published_settings);
  return setup;
}

/// What only the trainer does cannot be asked of a model that trains itself.
void check_loop(const Study& study, const std::string& name) {
  const std::string who = "model '" + name + "' trains itself";
  if (study.data.named()) {
    throw StudyError(study.data.place + ": " + who + " and brings its own data: leave 'data' out");
  }
  if (study.folds > 1 || study.repeats > 1 || study.test > 0) {
    const char* key = study.folds > 1 ? "folds" : study.repeats > 1 ? "repeats" : "test";
    throw StudyError(study.model.place + ": " + who + ": leave '" + key + "' out, which divides the trainer's data");
  }
  if (study.objectives.empty()) {
    throw StudyError(study.model.place + ": " + who +
                     ", so the study has to say which of its measurements is the objective, as in "
                     "'objective: {metric: loss, direction: minimize}'");
  }
}

void enqueue(Setup& setup) {
  const Study& said = setup.study;
  for (const Params& point : said.enqueue) {
    setup.first.push_back(at_place(said.enqueue_place, [&] { return setup.space.complete(point); }));
  }
}

}  // namespace

Setup make_setup(Study study, const Catalog& catalog) {
  Setup setup = searching(std::move(study), catalog);
  const Study& said = setup.study;
  setup.data = load_data(said.data);
  PublishedModel published;
  setup.model = choose(catalog, "model", said.model, [&](const PluginFile& file) {
    published = published_model(file);
    return published.settings;
  });
  const ModelDescription description = describe_model(setup.model->file, published, setup.model->settings);
  if (description.trains_itself) check_loop(said, setup.model->file.stamp.name);
  setup.space = description.trains_itself ? merged_space(description.space, description.open, said.space)
                                          : merged_space(united(description.space, trainer_space()), description.open,
                                                         said.space, options_besides(description.space));
  setup.first = {setup.space.defaults()};
  enqueue(setup);
  return setup;
}

Setup make_client_setup(Study study, const Catalog& catalog, const SearchSpace& proposed) {
  Setup setup = searching(std::move(study), catalog);
  setup.space = merged_space(proposed, /*open=*/true, setup.study.space);
  const auto stated = [](const Parameter& parameter) { return parameter.initial.has_value(); };
  if (std::any_of(setup.space.begin(), setup.space.end(), stated)) setup.first = {setup.space.defaults()};
  enqueue(setup);
  return setup;
}

Plan plan_of(const Setup& setup, const std::vector<Objective>& objectives, const std::optional<int>& places) {
  const Study& study = setup.study;
  Plan plan;
  plan.space = setup.space;
  plan.objectives = objectives;
  plan.epochs = study.epochs;
  plan.trials = trial_limit(study);
  plan.total_epochs = study.total_epochs;
  plan.first = setup.first;
  plan.seed = study.seed;
  plan.jobs = jobs_of(study.run, places);
  plan.window = window_of(study, plan.jobs);
  plan.order = study.arrival_order ? Order::arrival : Order::dispatch;
  plan.max_failures = study.run.max_failures;
  plan.timeout = duration(study.run.timeout);
  plan.trial_timeout = duration(study.run.trial_timeout);
  return plan;
}

std::vector<Objective> objectives_of(const Study& study, bool classification) {
  if (!study.objectives.empty()) return study.objectives;
  if (classification) return {{"accuracy", true}};
  return {{"rmse", false}};
}

std::unique_ptr<Strategy> make_strategy(const Setup& setup, const Catalog& catalog, const Plan& plan) {
  StrategyContext context;
  context.space = setup.space;
  context.objectives = plan.objectives;
  context.epochs = plan.epochs;
  context.trials = plan.trials.value_or(0);
  context.total_epochs = plan.total_epochs.value_or(0);
  context.window = plan.window;
  context.seed = plan.seed;
  context.pruned = setup.pruner.has_value();
  const auto other = [&catalog](const std::string& name, const Params& settings, const StrategyContext& inner) {
    const PluginChoice choice{name, settings, "strategy"};
    return created(choose(catalog, "strategy", choice, &published_settings), inner);
  };
  return at_place(setup.study.strategy.place,
                  [&] { return created(setup.strategy, nesting(context, setup.strategy.file.stamp.name, other)); });
}

std::string choice_of(const Setup& setup, const Strategy& strategy) {
  return call_plugin(setup.strategy.file, [&] { return strategy.choice(); });
}

std::string choice_text(const Setup& setup, const std::string& choice) {
  return choice.empty() ? "" : "strategy " + setup.strategy.file.stamp.name + ": " + choice + '\n';
}

std::unique_ptr<Pruner> make_pruner(const Setup& setup, const std::vector<Objective>& objectives) {
  if (!setup.pruner) return nullptr;
  const PrunerContext context{objectives, setup.study.epochs, setup.pruner->settings};
  return at_place(setup.study.pruner->place, [&] {
    return call_plugin(setup.pruner->file, [&] { return load_pruner(setup.pruner->file).create(context); });
  });
}

}  // namespace pegbox

#include <atomic>
#include <utility>
#include <vector>

#include <pegbox/tuner.hpp>

#include "callbacks.hpp"
#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "tuner/function_trainer.hpp"
#include "tuner/program_study.hpp"
#include "tuner/tuning.hpp"

namespace pegbox {
namespace {

TunedStudy tuned(const Tuning& tuning, Outcome outcome) {
  TunedStudy study;
  study.name = tuning.setup().study.name;
  study.space = tuning.setup().space;
  study.objectives = tuning.plan().objectives;
  study.trials = std::move(outcome.trials);
  study.ending = outcome.ending;
  study.fault = tuning.lost_device().value_or(std::move(outcome.fault));
  return study;
}

/// A text of YAML's between single quotes.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) result += letter == '\'' ? "''" : std::string(1, letter);
  return result + '\'';
}

std::string objectives_yaml(const std::vector<Objective>& objectives) {
  std::string text;
  for (const Objective& objective : objectives) {
    text += (text.empty() ? "{metric: " : ", {metric: ") + quoted(objective.metric) +
            (objective.maximize ? ", direction: maximize}" : ", direction: minimize}");
  }
  return '[' + text + ']';
}

/// A function without epochs: all it measures is there after one.
template <class Function>
TrialFunction in_one_epoch(const Function& measure) {
  return [measure](TrialContext& trial) { trial.report(1, measure(trial.params())); };
}

}  // namespace

/// What is said about the study, and what runs it.
class Tuner::Inside {
 public:
  StudySource source;
  SearchSpace space;
  std::vector<Objective> objectives;
  std::vector<std::filesystem::path> plugin_folders;
  Acceptance acceptance{.accept = "allow_change()", .rename = "set(\"study\", NAME)"};
  Callbacks callbacks;

  void add_objective(Objective objective) {
    objectives.push_back(std::move(objective));
    source.change({"objective", objectives_yaml(objectives), "objective"});
  }

  Study program_study() const { return pegbox::program_study(source, space); }

  TunedStudy run(const TrialFunction& function, const std::stop_token& stop) const {
    return run_program(program_study(), function, stop);
  }

  TunedStudy run_program(Study study, const TrialFunction& function, const std::stop_token& stop) const {
    const Catalog catalog(folders());
    const auto trainer = [&](const Setup& setup, CheckpointPlan checkpoints) {
      const Study& made = setup.study;
      return make_function_trainer(function, made.epochs, made.run.jobs.value_or(1), std::move(checkpoints));
    };
    return run(make_client_setup(std::move(study), catalog, space), catalog, trainer, stop);
  }

  TunedStudy run_model(const std::stop_token& stop) const {
    if (space.size() > 0) throw StudyError("space() is for a function; the study's 'space' narrows that of its model");
    const Catalog catalog(folders());
    return run(make_setup(described_study(source, TrainedBy::model), catalog), catalog, {}, stop);
  }

 private:
  std::vector<std::filesystem::path> folders() const { return pegbox::plugin_folders(plugin_folders); }

  TunedStudy run(Setup setup, const Catalog& catalog, TuningChoice::MakeTrainer trainer,
                 const std::stop_token& token) const {
    std::atomic<bool> stop = false;
    const std::stop_callback on_stop(token, [&stop] { stop = true; });
    CallbackListener listener(callbacks, stop);
    const auto note = [&listener](const std::string& text) { listener.note(text); };
    auto tuning =
        std::make_unique<Tuning>(std::move(setup), catalog, TuningChoice{std::move(trainer), acceptance, note});
    Outcome outcome = tuning->run(listener, stop);
    TunedStudy study = tuned(*tuning, std::move(outcome));
    if (tuning->lost_device()) {
      // It must not be destroyed then.
      [[maybe_unused]] const Tuning* const left = tuning.release();
    }
    listener.rethrow();
    return study;
  }
};

Tuner::Tuner() : inside_(std::make_unique<Inside>()) {}
Tuner::Tuner(const std::filesystem::path& study_file) : Tuner() { inside_->source = study_source(study_file); }
Tuner::~Tuner() = default;
Tuner::Tuner(Tuner&& other) noexcept = default;
Tuner& Tuner::operator=(Tuner&& other) noexcept = default;

Tuner& Tuner::set(std::string_view key, std::string_view yaml) {
  inside_->source.change({std::string(key), std::string(yaml), "set(\"" + std::string(key) + "\")"});
  return *this;
}

Tuner& Tuner::space(SearchSpace space) {
  inside_->space = std::move(space);
  return *this;
}

Tuner& Tuner::minimize(std::string_view metric) {
  inside_->add_objective({std::string(metric), /*maximize=*/false});
  return *this;
}

Tuner& Tuner::maximize(std::string_view metric) {
  inside_->add_objective({std::string(metric), /*maximize=*/true});
  return *this;
}

Tuner& Tuner::plugin_folder(std::filesystem::path folder) {
  inside_->plugin_folders.push_back(std::move(folder));
  return *this;
}

Tuner& Tuner::allow_change() {
  inside_->acceptance.changes = true;
  return *this;
}

Tuner& Tuner::on_trial(std::function<void(const Trial& trial)> callback) {
  inside_->callbacks.trial = std::move(callback);
  return *this;
}

Tuner& Tuner::on_note(std::function<void(const std::string& text)> callback) {
  inside_->callbacks.note = std::move(callback);
  return *this;
}

TunedStudy Tuner::run(const std::function<void(TrialContext& trial)>& train, const std::stop_token& stop) {
  return inside_->run(train, stop);
}

TunedStudy Tuner::run(const std::function<double(const Params& params)>& value, const std::stop_token& stop) {
  Study study = inside_->program_study();
  if (study.objectives.size() > 1) {
    throw StudyError("the study has " + std::to_string(study.objectives.size()) +
                     " objectives: a function that gives one value has to give pegbox::Metrics with all of them");
  }
  const auto measure = [&value, metric = study.objectives.front().metric](const Params& params) {
    return Metrics{{metric, value(params)}};
  };
  return inside_->run_program(std::move(study), in_one_epoch(measure), stop);
}

TunedStudy Tuner::run(const std::function<Metrics(const Params& params)>& measure, const std::stop_token& stop) {
  return inside_->run(in_one_epoch(measure), stop);
}

TunedStudy Tuner::run(const std::stop_token& stop) { return inside_->run_model(stop); }

}  // namespace pegbox

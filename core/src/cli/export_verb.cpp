#include <iostream>

#include <pegbox/error.hpp>

#include "csv.hpp"
#include "output.hpp"
#include "stored_study.hpp"
#include "study_text.hpp"
#include "trial_table.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

/// The definition with the study's name in front; of a study that another program made name and objectives alone.
Json study_json(const StoredStudy& study) {
  Json json{{"name", study.name}};
  const Json definition = stored_definition(study);
  json.update(definition.is_null() ? Json{{"objectives", to_json(study.objectives)}} : definition);
  return json;
}

/// The best trial as a study file, or nothing where no trial came to its end.
std::string best_study(const StoredView& view) {
  const StoredStudy& study = view.study;
  const Json definition = stored_definition(study);
  if (definition.is_null()) {
    throw StudyError("another program made study '" + study.name +
                     "', so that its model and data are not known; a study file needs a study that pegbox made");
  }
  if (definition.at("model").is_null()) {
    throw StudyError("a function of another program trains study '" + study.name +
                     "', so that there is no model for a study file");
  }
  const auto best = view.store.storage->best(study);
  return best ? study_text(study.name, definition, best->trial.params) : "";
}

std::string all_trials(const StoredView& view, Format format) {
  const auto trials = view.trials();
  const auto& objectives = view.study.objectives;
  if (format == Format::csv) return csv_text(trial_records(trials, objectives, stored_space(view.study)));
  return printed({{"study", study_json(view.study)}, {"trials", trials_json(trials, objectives)}});
}

}  // namespace

ExitCode export_verb(const Options& options) {
  const StoredView view = chosen_view(options);
  const std::string text = options.format == Format::study ? best_study(view) : all_trials(view, options.format);
  if (text.empty()) {
    std::cerr << "no trial of study '" << view.study.name << "' has come to its end\n";
    return ExitCode::no_result;
  }
  write_output(text, options.output);
  return ExitCode::done;
}

}  // namespace pegbox

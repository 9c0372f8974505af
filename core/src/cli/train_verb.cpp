#include <cmath>
#include <iostream>

#include <pegbox/error.hpp>

#include "catalog/folders.hpp"
#include "output.hpp"
#include "product_json.hpp"
#include "result.hpp"
#include "short_number.hpp"
#include "signals.hpp"
#include "stored_study.hpp"
#include "study/document.hpp"
#include "study_text.hpp"
#include "study_trainer.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// The trial that was asked for, or the best.
std::optional<Trial> chosen_trial(const StoredView& view, const std::optional<int>& number) {
  const auto found = number ? view.store.storage->trial(view.study, *number) : view.store.storage->best(view.study);
  if (found && !found->trial.reports.empty()) return found->trial;
  if (!number) return {};
  throw StudyError("trial " + std::to_string(*number) + " of study '" + view.study.name +
                   (found ? "' has not trained an epoch" : "' is not there") + "; 'pegbox trials' lists them");
}

/// As long as the trial was trained: to its best epoch where it went back to that.
Budget epochs_of(const Trial& trial) {
  const Metrics& metrics = trial.reports.back().metrics;
  const auto best = metrics.find("best_epoch");
  return best == metrics.end() ? trial.epochs() : std::max<Budget>(1, std::lround(best->second));
}

/// The study as it is stored, to train this trial of it on this device.
Setup setup_of(const StoredView& view, const Trial& trial, const Options& options) {
  const Json definition = stored_definition(view.study);
  if (definition.is_null()) {
    throw StudyError("another program made study '" + view.study.name + "', so that its model and data are not known");
  }
  Study study = read_study(parse_document(study_text(view.study.name, definition, trial.params), view.study.name));
  // The definition has a model's name; a study file may say where its library is.
  if (!options.arguments.empty()) study.model.name = described_study(options).model.name;
  if (!options.device.empty()) study.run.device = options.device;
  return make_setup(std::move(study), Catalog(plugin_folders(options.plugin_dirs)));
}

fs::path described(const fs::path& file) { return fs::path(file).replace_extension(".json"); }

std::string summary_text(const Trial& trial, const Product& product, const fs::path& file) {
  std::string text = "trial " + std::to_string(trial.number) + " trained on " + std::to_string(product.rows) +
                     " rows for " + std::to_string(trial.until) + " epochs";
  for (const auto& [name, value] : product.metrics) text += ", " + name + ' ' + short_number(value);
  return text + "\nnetwork:     " + file.string() + "\ndescription: " + described(file).string() + '\n';
}

}  // namespace

ExitCode train_verb(const Options& options) {
  const StoredView view = chosen_view(options);
  std::optional<Trial> trial = chosen_trial(view, options.trial);
  if (!trial) {
    std::cerr << "no trial of study '" << view.study.name << "' has come to its end\n";
    return ExitCode::no_result;
  }
  trial->until = options.epochs.value_or(epochs_of(*trial));
  const Setup setup = setup_of(view, *trial, options);
  const auto trainer = make_study_trainer(setup, {});
  const std::atomic<bool>& stop = stop_at_signal();
  const Product product = trainer->produce(*trial, [&](const Report& /*report*/) { return !stop.load(); });
  if (stop.load()) {
    std::cerr << "interrupted; nothing was written\n";
    return ExitCode::interrupted;
  }
  const fs::path file = options.output.empty() ? fs::path(view.study.name + ".pt") : options.output;
  const Json description = product_json(setup, view.study.name, *trial, product);
  write_output(product.bytes, file);
  write_output(printed(description), described(file));
  std::cout << (options.format == Format::json ? printed(description) : summary_text(*trial, product, file));
  return ExitCode::done;
}

}  // namespace pegbox

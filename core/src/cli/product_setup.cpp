#include "product_setup.hpp"

#include <algorithm>

#include <pegbox/error.hpp>

#include "catalog/folders.hpp"
#include "described_study.hpp"
#include "study/document.hpp"
#include "study_text.hpp"
#include "tuner/at_place.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// The definition names a model, and files with full paths; a study file may say where they are now.
void take_places(Study& study, const Options& options) {
  if (options.arguments.empty()) return;
  Study said = described_study(options);
  study.model.name = std::move(said.model.name);
  study.model.place = std::move(said.model.place);
  if (said.data.named()) study.data = std::move(said.data);
}

/// Settings and hyperparameters of another model would be refused with reasons that lead astray.
void check_model(const Catalog& catalog, const Study& study, const Json& definition, const std::string& file) {
  const std::string named =
      at_place(study.model.place, [&] { return catalog.find("model", study.model.name).stamp.name; });
  const std::string trained = definition.at("model").at("name");
  if (named == trained) return;
  throw StudyError(file + " names the model '" + named + "', but the stored study is of '" + trained + '\'');
}

void check_files(const StoredStudy& study, const DataChoice& data) {
  std::vector<fs::path> files = data.files;
  files.insert(files.end(), data.test.begin(), data.test.end());
  std::error_code error;
  const auto gone =
      std::find_if(files.begin(), files.end(), [&](const fs::path& file) { return !fs::exists(file, error); });
  if (gone == files.end()) return;
  throw StudyError("the data of study '" + study.name + "', " + gone->string() +
                   ", is not there any more; name a study file whose 'data' says where it is now");
}

}  // namespace

Json definition_to_train(const StoredStudy& study) {
  Json definition = stored_definition(study);
  if (!definition.is_object()) {
    throw StudyError("another program made study '" + study.name + "', so its model and data are not known");
  }
  if (!definition.at("model").is_null()) return definition;
  throw StudyError("a function of another program trains study '" + study.name + "', so there is no model to train");
}

Setup product_setup(const StoredView& view, const Trial& trial, const Options& options) {
  const Json definition = definition_to_train(view.study);
  Study study = read_study(parse_document(study_text(view.study.name, definition, trial.params), view.study.name));
  take_places(study, options);
  check_files(view.study, study.data);
  if (!options.device.empty()) study.run.device = options.device;
  // Schedules are stretched over the epochs of a study.
  if (options.epochs) study.epochs = *options.epochs;
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  if (!options.arguments.empty()) check_model(catalog, study, definition, options.arguments.front());
  return make_setup(std::move(study), catalog);
}

}  // namespace pegbox

#include <iostream>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "described_study.hpp"
#include "json/json.hpp"
#include "space_table.hpp"
#include "tuner/definition.hpp"
#include "tuner/setup.hpp"
#include "verbs.hpp"

namespace pegbox {

ExitCode validate_verb(const Options& options) {
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  const Setup setup = make_setup(described_study(options), catalog);
  const bool classification = !setup.data || setup.data->classification();
  const auto objectives = objectives_of(setup.study, classification);
  // Made for what they have to say of the study.
  const std::string choice = choice_of(setup, *make_strategy(setup, catalog, plan_of(setup, objectives)));
  make_pruner(setup, objectives);
  if (options.format == Format::json) {
    std::cout << printed({{"study", setup.study.name},
                          {"valid", true},
                          {"strategy", strategy_json(setup, choice)},
                          {"space", to_json(setup.space)}});
    return ExitCode::done;
  }
  std::cout << "study '" << setup.study.name << "' is valid: model " << setup.model->file.stamp.name << ", strategy "
            << setup.strategy.file.stamp.name << ", " << setup.space.size() << " hyperparameters\n"
            << choice_text(setup, choice) << space_table(setup.space);
  return ExitCode::done;
}

}  // namespace pegbox

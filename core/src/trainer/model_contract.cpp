#include "model_contract.hpp"

#include <algorithm>
#include <iterator>

#include <ATen/Parallel.h>

#include <pegbox/error.hpp>
#include <pegbox/loop.hpp>
#include <pegbox/model.hpp>

#include "contract/setting_values.hpp"
#include "hyperparameters.hpp"
#include "loop_contract.hpp"
#include "network_contract.hpp"

namespace pegbox {
namespace {

struct Described {
  SearchSpace space;
  bool open;
};

/// What the object says that is trained with.
Described described(const ModelPlugin& plugin, const Settings& settings) {
  if (plugin.create_loop != nullptr) {
    const auto loop = plugin.create_loop(settings);
    return {loop->space(), loop->open_space()};
  }
  const auto model = plugin.create(settings);
  return {model->space(), model->open_space()};
}

Faults describes_itself(const ModelPlugin& plugin) {
  const bool loop = plugin.create_loop != nullptr;
  if (loop == (plugin.create != nullptr)) return {"it has to export a model or a loop, and one of them"};
  Faults faults;
  const ModelDescription description = plugin.describe(working_settings(plugin));
  const Described first = described(plugin, working_settings(plugin));
  const Described second = described(plugin, working_settings(plugin));
  if (!(description.space == first.space) || !(first.space == second.space)) {
    faults.emplace_back("its space is not the same each time");
  }
  if (description.open != first.open) faults.emplace_back("it does not always say the same of 'open_space'");
  if (description.trains_itself != loop) faults.emplace_back("it does not say rightly whether it trains itself");
  for (const Parameter& parameter : trainer_space()) {
    if (loop || !first.space.find(parameter.name)) continue;
    faults.push_back("'" + parameter.name + "' is a hyperparameter of the trainer: it needs another name");
  }
  return faults;
}

/// With each setting's values; a refusal names the setting.
Faults any_setting(const ModelPlugin& plugin) {
  Faults faults;
  for (const Setting& setting : plugin.settings()) {
    for (const Value& value : setting_values(setting)) {
      Settings settings = working_settings(plugin);
      settings.set(setting.name, value);
      try {
        const std::string where = setting.name + "=" + to_string(value);
        add(faults, where,
            plugin.create_loop != nullptr ? loop_faults(plugin, settings) : network_faults(plugin, settings));
      } catch (const StudyError& error) {
        if (names_setting(error.what(), setting.name)) continue;
        faults.push_back(setting.name + "=" + to_string(value) +
                         ": it refuses without naming the setting: " + error.what());
      }
    }
  }
  return faults;
}

}  // namespace

std::vector<ModelCheck> model_contract(const ModelPlugin& plugin) {
  // As a trial trains: on one thread.
  const auto on_one_thread = [&plugin](Faults (*find)(const ModelPlugin&)) {
    return [&plugin, find] {
      if (at::get_num_threads() != 1) at::set_num_threads(1);
      return find(plugin);
    };
  };
  std::vector<ModelCheck> all{
      {"settings_are_declared", "each setting has a name, a text of one line and a default of its own domain",
       [&plugin] { return declaration_faults(plugin.settings()); }},
      {"describes_itself", "it says the same of its space each time, and takes no name of the trainer's",
       [&plugin] { return describes_itself(plugin); }},
      {"any_setting", "the ends of each setting's range and each choice work, or are refused by its name",
       on_one_thread(&any_setting)}};
  std::ranges::move(plugin.create_loop != nullptr ? loop_checks(plugin) : network_checks(plugin),
                    std::back_inserter(all));
  return all;
}

}  // namespace pegbox

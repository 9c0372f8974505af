#pragma once

#include <vector>

#include <pegbox/model_plugin.hpp>

#include "contract_check.hpp"

namespace pegbox {

/// The values of a setting that are worth a try: both ends of a range, each choice; none of a text.
std::vector<Value> setting_values(const Setting& setting);

/// What is wrong with the settings that a plug-in declares: names, texts, defaults.
Faults declaration_faults(const std::vector<Setting>& declared);

/// Settings that the plug-in is made with: the defaults or, where `refuses` says that it does not take these, the first
/// that it takes of those with one value changed; the defaults where it takes none.
Settings working_settings(const std::vector<Setting>& declared,
                          const std::function<bool(const Settings& settings)>& refuses);

/// The same for a model.
Settings working_settings(const ModelPlugin& plugin);

/// Whether a refusal of a setting's value names the setting.
bool names_setting(const std::string& refusal, const std::string& setting);

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

#include <pegbox/model_plugin.hpp>

#include "catalog/library.hpp"

namespace pegbox {

/// The settings that a strategy or a pruner declares.
std::vector<Setting> published_settings(const PluginFile& file);

/// What a model publishes, for its default settings.
struct PublishedModel {
  std::vector<Setting> settings;
  ModelDescription description;
};

/// What the model publishes. The build writes it into the library's section `.pegbox.model`, so that neither `validate`
/// nor `plugins info` has to load LibTorch; a library without that section is loaded.
PublishedModel published_model(const PluginFile& file);

/// The description of the model with these settings.
ModelDescription describe_model(const PluginFile& file, const PublishedModel& published, const Settings& settings);

/// The text of that section, from the loaded model.
std::string description_text(const PluginFile& file);

}  // namespace pegbox

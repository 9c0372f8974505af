#include "description.hpp"

#include <optional>

#include "catalog/elf_file.hpp"
#include "json/json.hpp"

namespace pegbox {
namespace {

constexpr const char* kSection = ".pegbox.model";
constexpr std::size_t kMostBytes = 1 << 20;

Settings defaults(const PluginFile& file, const std::vector<Setting>& declared) {
  return resolve("model '" + file.stamp.name + "'", declared, {});
}

PublishedModel loaded(const PluginFile& file) {
  const ModelPlugin& model = load_model(file);
  return call_plugin(file, [&]() -> PublishedModel {
    const auto settings = model.settings();
    return {settings, model.describe(defaults(file, settings))};
  });
}

Json setting_json(const Setting& setting) {
  Json json = std::visit(
      [](const auto& domain) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(domain)>, Text>) {
          return {{"type", "text"}};
        } else {
          return to_json(Domain(domain));
        }
      },
      setting.domain);
  json["default"] = to_json(setting.initial);
  json["text"] = setting.text;
  return json;
}

Setting setting_from(const std::string& name, const Json& json) {
  Setting setting{name, Text{}, value_from(json.at("default")), json.at("text")};
  if (json.at("type") == "text") return setting;
  std::visit([&](const auto& domain) { setting.domain = domain; }, domain_from(json));
  return setting;
}

std::optional<PublishedModel> written(const PluginFile& file) {
  const auto sections = read_sections(file.path, kSection, kMostBytes);
  if (sections.size() != 1) return {};
  const Json json = Json::parse(sections.front());
  PublishedModel published;
  for (const auto& [name, setting] : json.at("settings").items()) {
    published.settings.push_back(setting_from(name, setting));
  }
  published.description = {space_from(json.at("space")), json.at("open"), json.at("trains_itself")};
  return published;
}

}  // namespace

std::vector<Setting> published_settings(const PluginFile& file) {
  return call_plugin(file, file.stamp.kind == "pruner" ? load_pruner(file).settings : load_strategy(file).settings);
}

PublishedModel published_model(const PluginFile& file) {
  const auto published = written(file);
  return published ? *published : loaded(file);
}

ModelDescription describe_model(const PluginFile& file, const PublishedModel& published, const Settings& settings) {
  if (settings == defaults(file, published.settings)) return published.description;
  const ModelPlugin& model = load_model(file);
  return call_plugin(file, [&] { return model.describe(settings); });
}

std::string description_text(const PluginFile& file) {
  const PublishedModel published = loaded(file);
  Json json{{"settings", Json::object()},
            {"space", to_json(published.description.space)},
            {"open", published.description.open},
            {"trains_itself", published.description.trains_itself}};
  for (const Setting& setting : published.settings) json["settings"][setting.name] = setting_json(setting);
  return printed(json);
}

}  // namespace pegbox

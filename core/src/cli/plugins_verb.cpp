#include <iostream>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "csv.hpp"
#include "json/json.hpp"
#include "plugins_check.hpp"
#include "space_table.hpp"
#include "table.hpp"
#include "tuner/description.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

ExitCode list(const Catalog& catalog, Format format) {
  if (format == Format::json) {
    Json json = Json::array();
    for (const auto& [path, stamp] : catalog.plugins()) {
      json.push_back({{"kind", stamp.kind}, {"name", stamp.name}, {"summary", stamp.summary}, {"path", path.string()}});
    }
    std::cout << printed(json);
  } else if (format == Format::csv) {
    std::vector<std::vector<std::string>> rows{{"kind", "name", "summary", "path"}};
    for (const auto& [path, stamp] : catalog.plugins()) {
      rows.push_back({stamp.kind, stamp.name, stamp.summary, path.string()});
    }
    std::cout << csv_text(rows);
  } else {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [path, stamp] : catalog.plugins()) rows.push_back({stamp.kind, stamp.name, stamp.summary});
    std::cout << aligned(rows);
  }
  for (const Refusal& refusal : catalog.refusals()) {
    std::cerr << "refused " << refusal.path.string() << ": " << refusal.reason << '\n';
  }
  return ExitCode::done;
}

/// What a plug-in publishes of itself.
struct Published {
  std::vector<Setting> settings;
  SearchSpace space;
};

Published published(const PluginFile& file) {
  if (file.stamp.kind != "model") return {published_settings(file), {}};
  const PublishedModel model = published_model(file);
  return {model.settings, model.description.space};
}

Json info_json(const PluginFile& file, const Published& published) {
  Json json{{"kind", file.stamp.kind},
            {"name", file.stamp.name},
            {"summary", file.stamp.summary},
            {"path", file.path.string()},
            {"settings", Json::array()}};
  for (const Setting& setting : published.settings) {
    json["settings"].push_back({{"name", setting.name},
                                {"type", to_string(setting)},
                                {"default", to_json(setting.initial)},
                                {"text", setting.text}});
  }
  if (file.stamp.kind == "model") json["space"] = to_json(published.space);
  return json;
}

void print_info(const PluginFile& file, const Published& published) {
  std::cout << file.stamp.kind << ' ' << file.stamp.name << ": " << file.stamp.summary << '\n';
  std::vector<std::vector<std::string>> rows;
  for (const Setting& setting : published.settings) {
    rows.push_back({setting.name, to_string(setting), "default " + to_string(setting.initial), setting.text});
  }
  std::cout << (rows.empty() ? "no settings\n" : "settings\n" + aligned(rows, "  "));
  if (file.stamp.kind == "model") std::cout << "hyperparameters\n" << space_table(published.space);
  std::cout << "file " << file.path.string() << '\n';
}

/// The plug-ins of that name, of any kind; a path names one.
std::vector<PluginFile> named(const Catalog& catalog, const std::string& name) {
  std::vector<PluginFile> found;
  for (const PluginFile& file : catalog.plugins()) {
    if (file.stamp.name == name) found.push_back(file);
  }
  if (found.empty()) found.push_back(catalog.find_any(name));
  return found;
}

ExitCode check(const Catalog& catalog, const std::string& name, Format format) {
  ExitCode code = ExitCode::done;
  for (const PluginFile& file : named(catalog, name)) {
    if (check_plugin(file, catalog, format) != ExitCode::done) code = ExitCode::plugin;
  }
  return code;
}

}  // namespace

ExitCode plugins_verb(const Options& options) {
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  const auto& words = options.arguments;
  if (words.empty() || (words.size() == 1 && words[0] == "list")) return list(catalog, options.format);
  if (options.format == Format::csv) throw UsageError("--format csv: of 'plugins' only 'plugins list' has it");
  if (words[0] == "describe" && words.size() == 2) {
    std::cout << description_text(catalog.find("model", words[1]));
    return ExitCode::done;
  }
  if (words[0] == "check" && words.size() == 2) return check(catalog, words[1], options.format);
  if (words[0] != "info" || words.size() != 2) {
    throw UsageError("it must be 'plugins list', 'plugins info NAME' or 'plugins check NAME'");
  }
  for (const PluginFile& file : named(catalog, words[1])) {
    const Published all = published(file);
    if (options.format == Format::json) {
      std::cout << printed(info_json(file, all));
    } else {
      print_info(file, all);
    }
  }
  return ExitCode::done;
}

}  // namespace pegbox

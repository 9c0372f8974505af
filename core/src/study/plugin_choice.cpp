#include "plugin_choice.hpp"

#include <pegbox/plugin.hpp>

#include "fields.hpp"
#include "value_types.hpp"

namespace pegbox {
namespace {

constexpr const char* kPluginSection = "plug-in";

/// A path that the catalog knows by its slash.
std::string located(const std::string& path, const std::filesystem::path& folder) {
  const std::string file = (folder / path).string();
  return file.find('/') == std::string::npos ? "./" + file : file;
}

std::string plugin_name(const Entry& entry, const std::string& kind, const std::filesystem::path& folder) {
  const std::string name = text(entry);
  check_name(name, "the " + kind, entry.second.place);
  const bool is_path = entry.first == "path" || is_plugin_path(name);
  return is_path ? located(name, folder) : name;
}

Value setting(const Entry& entry, const std::string& kind) {
  const auto& [name, value] = entry;
  check_name(name, "a setting of the " + kind, value.key_place);
  if (value.kind == Node::Kind::scalar) return scalar_value(value);
  throw mistake(value.place,
                "setting '" + name + "' of the " + kind + " is a text, a number, true or false, not " + shown(value));
}

struct Reading {
  const std::string& kind;
  const std::filesystem::path& folder;
  PluginChoice choice;
};

void read_plugin_name(const Entry& entry, Reading& reading) {
  if (!reading.choice.name.empty()) {
    throw mistake(entry.second.key_place, "the " + reading.kind + " has a name or a path, not both");
  }
  reading.choice.name = plugin_name(entry, reading.kind, reading.folder);
}

const Fields<Reading>& plugin_fields() {
  static const Fields<Reading> all{
      {"name", AnyText{"name"}, "needed, or `path`",
       "as `pegbox plugins list` shows it; one with a slash or with `.so` at its end is a path", read_plugin_name},
      {"path", AnyText{"file"}, "needed, or `name`", "the plug-in's library, from the study file's folder on",
       read_plugin_name},
  };
  return all;
}

}  // namespace

PluginChoice read_plugin(const Entry& entry, const std::filesystem::path& folder) {
  const auto& [kind, node] = entry;
  Reading reading{kind, folder, {.name = {}, .settings = {}, .place = node.place}};
  PluginChoice& choice = reading.choice;
  if (node.kind != Node::Kind::map) {
    choice.name = plugin_name(entry, kind, folder);
    return std::move(choice);
  }
  for (const Entry& key : node.keys) {
    if (const auto* field = find_field(plugin_fields(), key.first)) {
      field->read(key, reading);
    } else {
      choice.settings.set(key.first, setting(key, kind));
    }
  }
  if (choice.name.empty()) throw mistake(node.place, "the " + kind + " needs a name or a path beside its settings");
  return std::move(choice);
}

Form plugin_form() { return any_form("plug-in", {AnyText{"name"}.form(), section_form(kPluginSection)}); }

Section plugin_section() { return {kPluginSection, {"model", "strategy", "pruner"}, keys_of(plugin_fields()), true}; }

}  // namespace pegbox

#include "plugin_choice.hpp"

#include <pegbox/plugin.hpp>

#include "mistake.hpp"

namespace pegbox {
namespace {

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

}  // namespace

PluginChoice read_plugin(const Entry& entry, const std::filesystem::path& folder) {
  const auto& [kind, node] = entry;
  PluginChoice choice{.name = {}, .settings = {}, .place = node.place};
  if (node.kind != Node::Kind::map) {
    choice.name = plugin_name(entry, kind, folder);
    return choice;
  }
  for (const Entry& key : node.keys) {
    if (key.first != "name" && key.first != "path") {
      choice.settings.set(key.first, setting(key, kind));
      continue;
    }
    if (!choice.name.empty()) throw mistake(key.second.key_place, "the " + kind + " has a name or a path, not both");
    choice.name = plugin_name(key, kind, folder);
  }
  if (choice.name.empty()) throw mistake(node.place, "the " + kind + " needs a name or a path beside its settings");
  return choice;
}

}  // namespace pegbox

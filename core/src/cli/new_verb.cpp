#include <algorithm>
#include <iostream>
#include <stdexcept>

#include <pegbox/nearest.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "json/json.hpp"
#include "new_folder.hpp"
#include "scaffold.hpp"
#include "shell_word.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

void expect_kind(const std::string& kind) {
  const auto& kinds = scaffold_kinds();
  if (std::ranges::find(kinds, kind) != kinds.end()) return;
  throw UsageError("'new' makes no '" + kind + "'" + suggestion(kind, kinds));
}

/// Of two plug-ins with one name the second would never be found.
void expect_new_name(const std::string& name, const Options& options) {
  if (const auto fault = name_fault(name)) throw UsageError("the name '" + name + "' " + *fault);
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  for (const PluginFile& file : catalog.plugins()) {
    if (file.stamp.name != name) continue;
    throw UsageError("there is a " + file.stamp.kind + " '" + name + "' already; take another name, as 'my-" + name +
                     '\'');
  }
}

/// Where this pegbox is, with the package that the project's CMake needs.
fs::path package_prefix() {
  fs::path prefix = executable_folder().parent_path();
  const fs::path package = prefix / "lib/cmake/pegbox";
  if (fs::exists(package / "pegbox-config.cmake")) return prefix;
  throw std::runtime_error(package.string() +
                           " is not there, which projects of plug-ins are built with; install pegbox as a whole by "
                           "'cmake --install'");
}

Json result_json(const NewPlugin& plugin, const fs::path& folder, const std::map<std::string, std::string>& files) {
  Json json{{"kind", plugin.kind}, {"name", plugin.name}, {"folder", fs::absolute(folder).string()}};
  for (const auto& [path, text] : files) json["files"].push_back(path);
  return json;
}

void print_steps(const NewPlugin& plugin, const fs::path& folder) {
  std::cout << "made " << plugin.kind << " '" << plugin.name << "' in " << folder.string()
            << "; to build and test it, and then to read on in its README.md:\n"
            << "  cd " << shell_word(folder.string()) << '\n'
            << "  cmake -B build && cmake --build build && ctest --test-dir build\n";
}

}  // namespace

ExitCode new_verb(const Options& options) {
  const auto& words = options.arguments;
  if (words.size() != 2) throw UsageError("it must be 'new strategy NAME', 'new pruner NAME' or 'new model NAME'");
  expect_kind(words[0]);
  expect_new_name(words[1], options);
  const NewPlugin plugin{words[0], words[1], package_prefix()};
  const fs::path folder = options.output.empty() ? fs::path(plugin.name) : options.output;
  const auto files = scaffold(plugin);
  make_folder(folder, files);
  if (options.format == Format::json) {
    std::cout << printed(result_json(plugin, folder, files));
  } else {
    print_steps(plugin, folder);
  }
  return ExitCode::done;
}

}  // namespace pegbox

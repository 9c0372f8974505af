#pragma once

#include <pegbox/model_plugin.hpp>
#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "stamp.hpp"

namespace pegbox {

/// A plug-in cannot be used: exit code 5. The message is one sentence.
class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A plug-in that was found and fits this host. Nothing of it is loaded yet.
struct PluginFile {
  std::filesystem::path path;
  Stamp stamp;
};

/// A library that looked like a plug-in and is not used, and why.
struct Refusal {
  std::filesystem::path path;
  std::string reason;
};

/// The plug-ins of some folders, by kind and name. Loads a library when it is first asked for and never unloads it.
class Catalog {
 public:
  /// Looks into the folders in this order, and into each one's `*.so` files in the order of their names; folders that
  /// do not exist are passed over, one folder given twice is looked at once. Of two plug-ins of one kind and name the
  /// later is refused. Nothing is loaded, and no file makes this throw.
  explicit Catalog(const std::vector<std::filesystem::path>& folders);

  const std::vector<PluginFile>& plugins() const { return plugins_; }  ///< by kind, then name
  const std::vector<Refusal>& refusals() const { return refusals_; }

  /// The plug-in of that kind ("strategy", "pruner", "model") and name, or in the file where `name` holds a slash or
  /// ends in `.so`. Throws `PluginError`: not found (with the nearest name, or why the one of that name was refused).
  PluginFile find(const std::string& kind, const std::string& name) const;

 private:
  std::vector<PluginFile> plugins_;
  std::vector<Refusal> refusals_;
};

/// Loads the library and gives its exported table. Throws `PluginError` where it does not load or lacks the symbol.
const StrategyPlugin& load_strategy(const PluginFile& file);
const PrunerPlugin& load_pruner(const PluginFile& file);
const ModelPlugin& load_model(const PluginFile& file);

/// Runs a plug-in's own function (a factory, a declaration) and turns what it throws into `PluginError` that names the
/// plug-in; `StudyError` passes, since that is the plug-in's word to the user, with the plug-in's name in front.
template <class Function>
auto call_plugin(const PluginFile& file, const Function& function) -> decltype(function());

/// Where plug-ins are searched: beside the binary, in the installed tree around it, in `extra` (`--plugin-dir`), then
/// in PEGBOX_PLUGIN_PATH (folders parted by colons).
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& extra);

}  // namespace pegbox

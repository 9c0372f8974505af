#pragma once

#include <filesystem>
#include <string>

#include <pegbox/model_plugin.hpp>
#include <pegbox/plugin_error.hpp>
#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

#include "stamp.hpp"

namespace pegbox {

/// A plug-in that was found and fits this host. Nothing of it is loaded yet.
struct PluginFile {
  std::filesystem::path path;
  Stamp stamp;
};

/// Loads the library, unless it is loaded, and gives its exported table. Libraries are never unloaded, so that their
/// objects and exceptions may live as long as they like. Safe to call from several threads. Throws `PluginError` where
/// the plug-in is of another kind, does not load or lacks the table.
const StrategyPlugin& load_strategy(const PluginFile& file);
const PrunerPlugin& load_pruner(const PluginFile& file);
const ModelPlugin& load_model(const PluginFile& file);

/// The address of an exported function or object in a library of the host's own, loaded as plug-ins are. Throws
/// `PluginError` with the dynamic linker's reason.
const void* host_symbol(const std::filesystem::path& path, const std::string& symbol);

/// Throws again what is being caught: `StudyError` with the plug-in in front of its message, since that is the
/// plug-in's word to the user, `PluginError` (of another plug-in that this one asked for) as it is, and anything else
/// as `PluginError` that names the plug-in.
[[noreturn]] void rethrow_from(const PluginFile& file);

/// Runs a plug-in's own function (a factory, a declaration); what it throws comes out of `rethrow_from`.
template <class Function>
auto call_plugin(const PluginFile& file, const Function& function) -> decltype(function()) {
  try {
    return function();
  } catch (...) {
    rethrow_from(file);
  }
}

}  // namespace pegbox

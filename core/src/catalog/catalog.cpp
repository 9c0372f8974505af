#include "catalog.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <pegbox/nearest.hpp>
#include <pegbox/plugin.hpp>

namespace pegbox {
namespace {

constexpr std::array<const char*, 3> kKinds = {"strategy", "pruner", "model"};

/// Why a readable stamp is not one of a plug-in for this host, or nothing.
std::optional<std::string> fault(const Stamp& stamp) {
  if (auto text = mismatch(stamp)) return text;
  if (std::find(kKinds.begin(), kKinds.end(), stamp.kind) == kKinds.end()) {
    return "holds a '" + stamp.kind + "', this host knows strategies, pruners and models";
  }
  if (stamp.name.empty() || is_plugin_path(stamp.name)) {
    return "its name '" + stamp.name + "' cannot be asked for: it must not be empty, hold a slash or end in .so";
  }
  return {};
}

/// The plug-in in a file; an empty kind stands for any.
PluginFile find_file(const std::string& kind, const std::string& path) try {
  const std::optional<Stamp> stamp = read_stamp(path);
  if (!stamp) throw PluginError(kNotAPlugin);
  if (const auto text = fault(*stamp)) throw PluginError(*text);
  if (!kind.empty() && stamp->kind != kind) throw PluginError("it is a " + stamp->kind + ", not a " + kind);
  return {path, *stamp};
} catch (const PluginError& error) {
  throw PluginError(path + " cannot be used: " + error.what());
}

/// Whether somebody who asks for that plug-in may mean this library, by its stamp or its file's name.
bool meant(const Refusal& refusal, const std::string& kind, const std::string& name) {
  if (refusal.stamp && !kind.empty() && refusal.stamp->kind != kind) return false;
  if (refusal.stamp && refusal.stamp->name == name) return true;
  const std::string stem = refusal.path.stem().string();
  return stem == name || stem == "lib" + name;
}

std::vector<std::filesystem::path> libraries_in(const std::filesystem::path& folder, std::error_code& error) {
  std::vector<std::filesystem::path> files;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".so") files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Catalog::Catalog(const std::vector<std::filesystem::path>& folders) {
  for (const auto& folder : folders) search(folder);
  std::sort(plugins_.begin(), plugins_.end(), [](const PluginFile& a, const PluginFile& b) {
    return std::tie(a.stamp.kind, a.stamp.name) < std::tie(b.stamp.kind, b.stamp.name);
  });
}

void Catalog::search(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error) && !error) return;
  if (!first_seen(folder)) return;
  const auto files = libraries_in(folder, error);
  if (error) refusals_.push_back({folder, "cannot be searched: " + error.message()});
  for (const auto& file : files) add(file);
}

void Catalog::add(const std::filesystem::path& file) try {
  if (!first_seen(file)) return;
  const std::optional<Stamp> stamp = read_stamp(file);
  if (!stamp) {
    passed_over_.push_back({file, kNotAPlugin});
    return;
  }
  if (const auto text = fault(*stamp)) {
    refusals_.push_back({file, *text, stamp});
    return;
  }
  const auto taken = std::find_if(plugins_.begin(), plugins_.end(), [&](const PluginFile& other) {
    return other.stamp.kind == stamp->kind && other.stamp.name == stamp->name;
  });
  if (taken != plugins_.end()) {
    refusals_.push_back(
        {file, stamp->kind + " '" + stamp->name + "' was found before it in " + taken->path.string(), stamp});
    return;
  }
  plugins_.push_back({file, *stamp});
} catch (const PluginError& error) {
  refusals_.push_back({file, error.what()});
}

bool Catalog::first_seen(const std::filesystem::path& path) {
  std::error_code error;
  const auto full = std::filesystem::canonical(path, error);
  if (error) return true;  // it has its own refusal later
  if (std::find(seen_.begin(), seen_.end(), full) != seen_.end()) return false;
  seen_.push_back(full);
  return true;
}

PluginFile Catalog::find(const std::string& kind, const std::string& name) const {
  if (is_plugin_path(name)) return find_file(kind, name);
  for (const PluginFile& plugin : plugins_) {
    if (plugin.stamp.kind == kind && plugin.stamp.name == name) return plugin;
  }
  throw PluginError("no " + kind + " '" + name + "'" + why_absent(kind, name));
}

PluginFile Catalog::find_any(const std::string& name) const {
  if (is_plugin_path(name)) return find_file("", name);
  for (const PluginFile& plugin : plugins_) {
    if (plugin.stamp.name == name) return plugin;
  }
  throw PluginError("no plug-in '" + name + "'" + why_absent("", name));
}

std::string Catalog::why_absent(const std::string& kind, const std::string& name) const {
  for (const auto* list : {&refusals_, &passed_over_}) {
    for (const Refusal& refusal : *list) {
      if (meant(refusal, kind, name)) return ": " + refusal.path.string() + " cannot be used: " + refusal.reason;
    }
  }
  std::vector<std::string> known;
  for (const PluginFile& plugin : plugins_) {
    if (plugin.stamp.name == name) return ": '" + name + "' is a " + plugin.stamp.kind + ", not a " + kind;
    if (kind.empty() || plugin.stamp.kind == kind) known.push_back(plugin.stamp.name);
  }
  return suggestion(name, known);
}

}  // namespace pegbox

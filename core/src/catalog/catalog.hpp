#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/plugin_error.hpp>

#include "folders.hpp"
#include "library.hpp"
#include "stamp.hpp"

namespace pegbox {

/// A library that looked like a plug-in and is not used, and why. The reason does not repeat the path:
/// `built with SDK 2, this host has 1`.
struct Refusal {
  std::filesystem::path path;
  std::string reason;
  std::optional<Stamp> stamp = {};  ///< where it could be read
};

/// The plug-ins of some folders, by kind and name. Loads nothing.
class Catalog {
 public:
  /// Looks into the folders in this order, and into each one's `*.so` files in the order of their names; folders that
  /// do not exist are passed over, a folder or file given twice is looked at once. Of two plug-ins of one kind and name
  /// the later is refused; sound libraries without a stamp are passed over. No file makes this throw.
  explicit Catalog(const std::vector<std::filesystem::path>& folders);

  const std::vector<PluginFile>& plugins() const { return plugins_; }  ///< by kind, then name
  const std::vector<Refusal>& refusals() const { return refusals_; }   ///< in the order of the search

  /// The plug-in of that kind ("strategy", "pruner", "model") and name, or in the file where `name` holds a slash or
  /// ends in `.so`. Throws `PluginError`: not found (with the nearest name, or why the one of that name was refused),
  /// refused, or of another kind.
  PluginFile find(const std::string& kind, const std::string& name) const;

  /// As `find`, of whichever kind; of several the first by kind.
  PluginFile find_any(const std::string& name) const;

 private:
  void search(const std::filesystem::path& folder);
  void add(const std::filesystem::path& file);
  bool first_seen(const std::filesystem::path& path);

  /// End of the message that there is no such plug-in. An empty kind stands for any.
  std::string why_absent(const std::string& kind, const std::string& name) const;

  std::vector<PluginFile> plugins_;
  std::vector<Refusal> refusals_;
  std::vector<Refusal> passed_over_;
  std::vector<std::filesystem::path> seen_;  ///< folders and files, canonical
};

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <pegbox/plugin_error.hpp>

namespace pegbox {

/// Who built a plug-in and what it is, from the section `.pegbox` of its file (see pegbox/plugin.hpp).
struct Stamp {
  std::string kind, name, summary, sdk, string_abi, compiler, libtorch;
  bool operator==(const Stamp&) const = default;
};

/// What is said of a library without a stamp.
inline constexpr const char* kNotAPlugin = "not a plug-in of pegbox (it has no section .pegbox)";

/// The stamp of a library, read from the file without loading it; nothing for a sound library without one, which is no
/// plug-in. Throws `PluginError` with the reason, without the path: not an ELF library for this machine, truncated,
/// with several stamps, or with one that cannot be read.
std::optional<Stamp> read_stamp(const std::filesystem::path& file);

/// What a plug-in's stamp must agree with: the host's own, without kind, name and summary. `libtorch` is empty where
/// this host was built without.
const Stamp& host_stamp();

/// Why a plug-in with this stamp cannot run in this host, with both values of all that differs, or nothing. LibTorch
/// counts only where the plug-in uses it.
std::optional<std::string> mismatch(const Stamp& stamp);

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pegbox {

/// Who built a plug-in and what it is, from the section `.pegbox` of its file (see pegbox/plugin.hpp).
struct Stamp {
  std::string kind, name, summary, sdk, string_abi, compiler, libtorch;
};

/// The stamp of a library, read from the file without loading it. Throws `PluginError`: not an ELF library for this
/// machine, truncated, without a stamp (then it is no plug-in), with several, or with one that cannot be read.
Stamp read_stamp(const std::filesystem::path& file);

/// Why a plug-in with this stamp cannot run in this host, with both values, or nothing. LibTorch counts only where the
/// plug-in uses it.
std::optional<std::string> mismatch(const Stamp& stamp);

}  // namespace pegbox

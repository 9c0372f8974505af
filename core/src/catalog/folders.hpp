#pragma once

#include <filesystem>
#include <vector>

namespace pegbox {

/// The folder that this program's file lies in.
std::filesystem::path executable_folder();

/// Where the bundled libraries lie, in the build tree and when installed: `lib/pegbox` beside the folder of the binary
/// or of pegbox's library, whichever this code is in.
std::filesystem::path library_folder();

/// What is not code: `share/pegbox`, likewise.
std::filesystem::path share_folder();

/// Where plug-ins are searched: beside the program, in `library_folder`, in `extra` (`--plugin-dir`), then in the
/// environment's PEGBOX_PLUGIN_PATH (folders parted by colons).
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& extra);

}  // namespace pegbox

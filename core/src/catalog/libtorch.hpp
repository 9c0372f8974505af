#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pegbox {

/// Where LibTorch's libraries may lie, most wanted first: in the folder that LIBTORCH names, in `libtorch` beside the
/// host's own libraries, and where `pegbox doctor --fetch` puts them.
std::vector<std::filesystem::path> libtorch_folders();

/// Loads LibTorch from the first of these that has it, so that libraries that need it find it loaded: those that were
/// built on another machine know no place of it. Whether there was one.
bool load_libtorch();

/// What a user can do who has none.
std::string libtorch_advice();

}  // namespace pegbox

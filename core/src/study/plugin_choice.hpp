#pragma once

#include <filesystem>

#include "scalar.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads a name, or a map with `name` or `path` and settings. Relative paths begin at `folder`. Throws `StudyError`.
PluginChoice read_plugin(const Entry& entry, const std::filesystem::path& folder);

}  // namespace pegbox

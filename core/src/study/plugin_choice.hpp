#pragma once

#include <filesystem>

#include "scalar.hpp"
#include "section.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads a name, or a map with `name` or `path` and settings. Relative paths begin at `folder`. Throws `StudyError`.
PluginChoice read_plugin(const Entry& entry, const std::filesystem::path& folder);

/// A name, or a map.
Form plugin_form();

Section plugin_section();

}  // namespace pegbox

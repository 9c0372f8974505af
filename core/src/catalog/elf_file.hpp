#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <pegbox/plugin_error.hpp>

namespace pegbox {

/// The bytes of each section of that name in a shared library for this machine. The file is taken for hostile and is
/// never loaded; of a large one only headers, section names and these sections are read. Throws `PluginError` with the
/// reason, without the path: not such a library, truncated, damaged, or a section above `most` bytes.
std::vector<std::string> read_sections(const std::filesystem::path& path, std::string_view name, std::size_t most);

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace pegbox {

/// Makes a folder with these files, by their paths in it, which is there whole or not at all. An empty folder may be
/// there before, but for the one that the program stands in. Throws `UsageError` where something else is there or the
/// folder above is not, and `std::runtime_error` where it cannot be written.
void make_folder(const std::filesystem::path& folder, const std::map<std::string, std::string>& files);

}  // namespace pegbox

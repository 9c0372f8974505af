#pragma once

#include <filesystem>
#include <string>

namespace pegbox {

/// Writes the text to standard output, or where a file is named into that: a reader finds what stood there before or
/// the whole text. Throws `std::runtime_error` with the file where that fails.
void write_output(const std::string& text, const std::filesystem::path& file);

}  // namespace pegbox

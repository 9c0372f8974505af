#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pegbox {

/// `STUDY.pt`, where `ending` is `.pt`: a name in the user's folder whatever the study is called.
std::string name_of_file(const std::string& study, const std::string& ending);

/// Writes the text to standard output, or where a file is named into that: a reader finds what stood there before or
/// the whole text. Throws `std::runtime_error` with the file where that fails.
void write_output(const std::string& text, const std::filesystem::path& file);

/// A file and what is to stand in it.
struct Output {
  std::filesystem::path file;
  std::string text;
};

/// Files that belong together: none is replaced before all are written. Throws the same.
void write_outputs(const std::vector<Output>& outputs);

}  // namespace pegbox

#include "study_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <pegbox/error.hpp>
#include <pegbox/utf8.hpp>

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// Holds the study's token. TensorBoard looks at files of events alone.
constexpr const char* kTokenFile = "pegbox-study";

[[noreturn]] void refuse(const fs::path& folder, const std::string& why) {
  throw StudyError("'tensorboard' is a folder that can be written to, but " + folder.string() + ' ' + why);
}

void make_parent(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) refuse(folder, "is a file");
  fs::create_directories(folder, error);
  if (error) refuse(folder, "cannot be made: " + error.message());
}

bool belongs(const fs::path& folder, const std::string& token) {
  if (token.empty()) return false;
  std::ifstream file(folder / kTokenFile, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {}) == token + '\n';
}

void write_token(const fs::path& folder, const std::string& token) {
  errno = 0;
  std::ofstream file(folder / kTokenFile, std::ios::binary);
  if (file && file.write(token.data(), static_cast<std::streamsize>(token.size())).put('\n').flush()) return;
  refuse(folder, "cannot be written to: " + std::generic_category().message(errno));
}

bool allowed(std::string_view letter) {
  constexpr std::string_view kForbidden = "/\\:*?\"<>|\x7f";
  return letter.size() > 1 || (static_cast<unsigned char>(letter.front()) >= ' ' &&
                               kForbidden.find(letter.front()) == std::string_view::npos);
}

}  // namespace

std::string folder_name(std::string_view study) {
  constexpr std::size_t kLongest = 200;  // bytes; file systems take 255, and more is added
  std::string name;
  while (!study.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(study), 1);
    const std::string_view letter = study.substr(0, length);
    if (name.size() + length > kLongest) break;
    name += utf8_length(study) > 0 && allowed(letter) ? std::string(letter) : "_";
    study.remove_prefix(length);
  }
  if (name.find_first_not_of('.') == std::string::npos) return '_' + name;
  return name;
}

fs::path study_folder(const fs::path& folder, const std::string& study, const std::string& token) {
  make_parent(folder);
  const std::string name = folder_name(study);
  for (int number = 1;; ++number) {
    fs::path candidate = folder / (number == 1 ? name : name + '-' + std::to_string(number));
    if (belongs(candidate, token)) return candidate;
    std::error_code error;
    if (fs::create_directory(candidate, error)) {
      write_token(candidate, token);
      return candidate;
    }
    if (error && !fs::exists(candidate)) refuse(folder, "cannot be written to: " + error.message());
  }
}

}  // namespace pegbox

#include "scaffold.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "embedded.hpp"
#include "replaced.hpp"
#include "shell_word.hpp"

namespace pegbox {
namespace {

using Values = std::map<std::string, std::string>;

bool is_lower(char letter) { return letter >= 'a' && letter <= 'z'; }
bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }
bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// `my-search-2` as `MySearch2`.
std::string camel_case(std::string_view name) {
  std::string result;
  bool begins = true;
  for (const char letter : name) {
    if (letter != '-') result += begins && is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
    begins = letter == '-';
  }
  return result;
}

/// An argument that CMake reads as that text.
std::string cmake_word(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\' || letter == '$') result += '\\';
    result += letter;
  }
  return result + '"';
}

/// The text with a value in place of each `@name@`.
std::string filled(std::string_view text, const Values& values) {
  std::string result(text);
  for (const auto& [name, value] : values) result = replaced(std::move(result), '@' + name + '@', value);
  return result;
}

/// The files of one folder of templates.
void add(const std::string& folder, const Values& values, std::map<std::string, std::string>& files) {
  constexpr std::string_view kEnd = ".in";
  for (const auto& [path, text] : embedded()) {
    if (!path.starts_with(folder) || !path.ends_with(kEnd)) continue;
    const auto inside = path.substr(folder.size(), path.size() - folder.size() - kEnd.size());
    files.emplace(filled(inside, values), filled(text, values));
  }
}

/// The nearest that may be a name.
std::string mended(std::string_view name) {
  std::string result;
  for (const char letter : name) {
    if (is_lower(letter) || (is_digit(letter) && !result.empty())) {
      result += letter;
    } else if (is_upper(letter)) {
      result += static_cast<char>(letter - 'A' + 'a');
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  }
  while (result.ends_with('-')) result.pop_back();
  return result.empty() ? "my-search" : result;
}

}  // namespace

const std::vector<std::string>& scaffold_kinds() {
  static const std::vector<std::string> kinds{"strategy", "pruner", "model"};
  return kinds;
}

std::map<std::string, std::string> scaffold(const NewPlugin& plugin) {
  const Values values{{"name", plugin.name},
                      {"Type", camel_case(plugin.name)},
                      {"prefix", plugin.prefix.string()},
                      {"cmake_prefix", cmake_word(plugin.prefix.string())},
                      {"shell_bin", shell_word((plugin.prefix / "bin").string())}};
  std::map<std::string, std::string> files;
  add("scaffold/common/", values, files);
  add("scaffold/" + plugin.kind + '/', values, files);
  return files;
}

std::optional<std::string> name_fault(std::string_view name) {
  constexpr std::size_t kMost = 40;
  constexpr std::array<std::string_view, 9> kTargets{"all",     "clean",   "codegen",    "depend", "help",
                                                     "install", "package", "preinstall", "test"};
  if (std::ranges::find(kTargets, name) != kTargets.end()) {
    return "is a target of CMake's own; take another, as 'my-" + std::string(name) + '\'';
  }
  if (name.size() > kMost) return "is too long: a name has up to " + std::to_string(kMost) + " letters";
  const auto fits = [](char letter) { return is_lower(letter) || is_digit(letter) || letter == '-'; };
  if (!name.empty() && is_lower(name.front()) && name.back() != '-' && std::ranges::all_of(name, fits)) return {};
  return "must begin with a lower-case letter and have nothing but these, digits and hyphens, as '" + mended(name) +
         '\'';
}

}  // namespace pegbox

#include "stamp.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <pegbox/plugin.hpp>

#include "elf_file.hpp"

namespace pegbox {
namespace {

constexpr const char* kSection = ".pegbox";
constexpr const char* kFirstLine = "pegbox plug-in";
constexpr std::size_t kMostBytes = 1 << 14;

constexpr std::pair<const char*, std::string Stamp::*> kFields[] = {
    {"kind", &Stamp::kind},
    {"name", &Stamp::name},
    {"summary", &Stamp::summary},
    {"sdk", &Stamp::sdk},
    {"string_abi", &Stamp::string_abi},
    {"compiler", &Stamp::compiler},
    {"libtorch", &Stamp::libtorch},
};

/// The pieces of a text that a mark closes; what follows the last mark is one too, unless it is empty.
std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(mark, begin), text.size());
    pieces.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return pieces;
}

/// Texts of the section, without the zero bytes that linkers and sanitizers put between and after them.
std::vector<std::string> texts(const std::string& section) {
  if (section.empty() || section.back() != '\0') throw PluginError("its stamp is not closed by a zero byte");
  std::vector<std::string> result = split(section, '\0');
  std::erase(result, "");
  return result;
}

bool printable(const std::string& line) {
  constexpr char kDelete = 0x7f;
  return std::none_of(line.begin(), line.end(),
                      [](char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == kDelete; });
}

std::map<std::string, std::string> key_values(const std::string& text) {
  const std::vector<std::string> lines = split(text, '\n');
  if (!std::all_of(lines.begin(), lines.end(), printable)) throw PluginError("its stamp holds control characters");
  if (lines.front() != kFirstLine) {
    throw PluginError("its stamp does not begin with the line '" + std::string(kFirstLine) + "'");
  }
  std::map<std::string, std::string> result;
  for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
    const std::size_t sign = line->find('=');
    if (sign == std::string::npos) throw PluginError("its stamp has the line '" + *line + "', which is not key=value");
    const std::string key = line->substr(0, sign);
    if (!result.emplace(key, line->substr(sign + 1)).second) throw PluginError("its stamp has '" + key + "' twice");
  }
  return result;
}

Stamp parse(const std::string& text) {
  std::map<std::string, std::string> values = key_values(text);
  Stamp stamp;
  for (const auto& [key, field] : kFields) {
    const auto found = values.find(key);
    if (found == values.end()) throw PluginError("its stamp lacks '" + std::string(key) + "'");
    stamp.*field = std::move(found->second);
  }
  return stamp;
}

}  // namespace

std::optional<Stamp> read_stamp(const std::filesystem::path& file) {
  const std::vector<std::string> sections = read_sections(file, kSection, kMostBytes);
  if (sections.empty()) return {};
  std::vector<std::string> found;
  for (const std::string& section : sections) {
    for (std::string& text : texts(section)) found.push_back(std::move(text));
  }
  if (found.empty()) throw PluginError("its stamp is empty");
  if (found.size() > 1) throw PluginError("holds more than one plug-in");
  return parse(found.front());
}

const Stamp& host_stamp() {
  static const Stamp stamp{.kind = {},
                           .name = {},
                           .summary = {},
                           .sdk = PEGBOX_TEXT(PEGBOX_SDK_VERSION),
                           .string_abi = PEGBOX_TEXT(_GLIBCXX_USE_CXX11_ABI),
                           .compiler = __VERSION__,
                           .libtorch = PEGBOX_LIBTORCH_VERSION};
  return stamp;
}

std::optional<std::string> mismatch(const Stamp& stamp) {
  const Stamp& host = host_stamp();
  std::string text;
  const auto compare = [&](const std::string& what, const std::string& theirs, const std::string& ours) {
    if (theirs == ours) return;
    text += (text.empty() ? "" : "; ") + what + " " + theirs + ", this host ";
    text += ours.empty() ? "was built without" : "has " + ours;
  };
  compare("built with SDK", stamp.sdk, host.sdk);
  compare("built with string ABI", stamp.string_abi, host.string_abi);
  compare("built with compiler", stamp.compiler, host.compiler);
  if (!stamp.libtorch.empty()) compare("needs LibTorch", stamp.libtorch, host.libtorch);
  if (text.empty()) return {};
  return text;
}

}  // namespace pegbox

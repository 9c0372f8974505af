#include "bundled.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>

#include "csv.hpp"
#include "mnist1d.hpp"

namespace pegbox {
namespace {

using Folder = std::filesystem::path;

Table from_file(const char* name, const CsvChoice& choice, const Folder& folder) {
  const auto file = folder / (std::string(name) + ".csv");
  if (!std::filesystem::exists(file)) {
    throw std::runtime_error("the bundled data set '" + std::string(name) + "' is not at '" + file.string() +
                             "'; install pegbox with its share folder beside the binary's");
  }
  return read_csv(file, choice);
}

struct Entry {
  const char* name;
  Table (*read)(const Folder& folder);
};

constexpr Entry kBundled[] = {
    {"diabetes", [](const Folder& folder) { return from_file("diabetes", {.targets = {"progression"}}, folder); }},
    {"digits",
     [](const Folder& folder) {
       return from_file("digits", {.targets = {"digit"}, .shape = {1, 8, 8}}, folder);
     }},
    {"mnist1d", [](const Folder& /*folder*/) { return mnist1d(); }},
};

}  // namespace

std::vector<std::string> bundled_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kBundled) names.emplace_back(entry.name);
  return names;
}

std::filesystem::path bundled_folder() {
  const auto binary = std::filesystem::read_symlink("/proc/self/exe");
  return binary.parent_path().parent_path() / "share/pegbox/data";
}

Table bundled(const std::string& name, const std::filesystem::path& folder) {
  const auto* const entry =
      std::find_if(std::begin(kBundled), std::end(kBundled), [&](const Entry& one) { return name == one.name; });
  if (entry == std::end(kBundled)) throw StudyError("no data set '" + name + "'" + suggestion(name, bundled_names()));
  return entry->read(folder);
}

}  // namespace pegbox

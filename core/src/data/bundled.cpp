#include "bundled.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>

#include "csv.hpp"

namespace pegbox {
namespace {

struct Entry {
  const char* name;
  const char* target;
  std::array<std::int64_t, 3> shape;
};

constexpr std::array kBundled{Entry{"digits", "digit", {1, 8, 8}}};

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
  const auto entry = std::find_if(kBundled.begin(), kBundled.end(), [&](const Entry& e) { return name == e.name; });
  if (entry == kBundled.end()) throw StudyError("no data set '" + name + "'" + suggestion(name, bundled_names()));
  const auto file = folder / (name + ".csv");
  if (!std::filesystem::exists(file)) {
    throw std::runtime_error("the bundled data set '" + name + "' is not at '" + file.string() +
                             "'; install pegbox with its share folder beside the binary's");
  }
  return read_csv(file, entry->target, {entry->shape.begin(), entry->shape.end()});
}

}  // namespace pegbox

#include "bundled.hpp"

#include <cstdlib>
#include <sstream>

#include "catalog/catalog.hpp"

namespace pegbox {
namespace {

const Catalog& catalog() {
  static const Catalog bundled({PEGBOX_LIBRARY_DIR});
  return bundled;
}

}  // namespace

std::vector<std::string> strategy_names() {
  std::vector<std::string> names;
  for (const PluginFile& file : catalog().plugins()) {
    if (file.stamp.kind == "strategy") names.push_back(file.stamp.name);
  }
  const char* others = std::getenv("PEGBOX_CHECK_STRATEGIES");
  std::istringstream paths(others == nullptr ? "" : others);
  for (std::string path; std::getline(paths, path, ':');) {
    if (!path.empty()) names.push_back(path);
  }
  return names;
}

const StrategyPlugin& strategy(const std::string& name) { return load_strategy(catalog().find("strategy", name)); }

const PrunerPlugin& pruner(const std::string& name) { return load_pruner(catalog().find("pruner", name)); }

}  // namespace pegbox

#include "bundled.hpp"

#include "catalog/catalog.hpp"

namespace pegbox {
namespace {

const Catalog& catalog() {
  static const Catalog bundled({PEGBOX_LIBRARY_DIR});
  return bundled;
}

std::vector<std::string> names(const std::string& kind) {
  std::vector<std::string> found;
  for (const PluginFile& file : catalog().plugins()) {
    if (file.stamp.kind == kind) found.push_back(file.stamp.name);
  }
  return found;
}

}  // namespace

std::vector<std::string> strategy_names() { return names("strategy"); }
std::vector<std::string> pruner_names() { return names("pruner"); }

const StrategyPlugin& strategy(const std::string& name) { return load_strategy(catalog().find("strategy", name)); }

const PrunerPlugin& pruner(const std::string& name) { return load_pruner(catalog().find("pruner", name)); }

}  // namespace pegbox

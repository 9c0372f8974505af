#pragma once

#include <string>
#include <vector>

#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {

/// The names of the bundled strategies, and the paths of the libraries in the environment's PEGBOX_CHECK_STRATEGIES
/// (parted by colons).
std::vector<std::string> strategy_names();

/// The plug-in of that name or path.
const StrategyPlugin& strategy(const std::string& name);
const PrunerPlugin& pruner(const std::string& name);

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {

/// The names of the bundled plug-ins.
std::vector<std::string> strategy_names();
std::vector<std::string> pruner_names();

/// The bundled plug-in of that name.
const StrategyPlugin& strategy(const std::string& name);
const PrunerPlugin& pruner(const std::string& name);

}  // namespace pegbox

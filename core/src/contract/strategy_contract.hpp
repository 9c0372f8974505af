#pragma once

#include <vector>

#include "contract_check.hpp"

namespace pegbox {

/// The contract of pegbox/strategy.hpp: what every strategy must do.
std::vector<StrategyCheck> strategy_contract();

}  // namespace pegbox

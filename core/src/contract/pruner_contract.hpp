#pragma once

#include <vector>

#include "contract_check.hpp"

namespace pegbox {

/// The contract of pegbox/pruner.hpp: what every pruner must do.
std::vector<PrunerCheck> pruner_contract();

}  // namespace pegbox

#pragma once

#include <vector>

#include <pegbox/model_plugin.hpp>

#include "contract/contract_check.hpp"

namespace pegbox {

/// The contract of pegbox/model.hpp or of pegbox/loop.hpp, by what the plug-in is: what every model must do. The checks
/// hold on to the plug-in. Parts of a network's state that are not finite count as different.
std::vector<ModelCheck> model_contract(const ModelPlugin& plugin);

}  // namespace pegbox

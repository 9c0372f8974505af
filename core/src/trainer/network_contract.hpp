#pragma once

#include <vector>

#include <pegbox/model_plugin.hpp>
#include <pegbox/settings.hpp>

#include "contract/contract_check.hpp"

namespace pegbox {

/// The part of `model_contract` for models whose networks the host trains.
std::vector<ModelCheck> network_checks(const ModelPlugin& plugin);

/// What is wrong with such a model of other settings, at the corners of its space.
Faults network_faults(const ModelPlugin& plugin, const Settings& settings);

}  // namespace pegbox

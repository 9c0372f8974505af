#pragma once

#include <vector>

#include <pegbox/model_plugin.hpp>
#include <pegbox/settings.hpp>

#include "contract/contract_check.hpp"

namespace pegbox {

/// The part of `model_contract` for models that train themselves.
std::vector<ModelCheck> loop_checks(const ModelPlugin& plugin);

/// What is wrong with such a model of other settings, with the defaults of its space.
Faults loop_faults(const ModelPlugin& plugin, const Settings& settings);

}  // namespace pegbox

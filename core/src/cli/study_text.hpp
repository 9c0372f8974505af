#pragma once

#include <string>

#include <pegbox/params.hpp>

#include "json/json.hpp"

namespace pegbox {

/// A study file, in YAML, that trains these hyperparameters once as the study with this definition did (docs/json.md).
std::string study_text(const std::string& name, const Json& definition, const Params& best);

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

#include <pegbox/trial.hpp>

#include "json/json.hpp"
#include "tuner/best_trial.hpp"

namespace pegbox {

/// `{"trial", "state", "values", "params", "epochs", "seconds", "seed", "error", "metrics"}`; docs/json.md.
Json trial_json(const Trial& trial, const std::vector<Objective>& objectives);

/// `accuracy 0.9833`, for several objectives parted by commas.
std::string values_text(const Trial& trial, const std::vector<Objective>& objectives);

}  // namespace pegbox

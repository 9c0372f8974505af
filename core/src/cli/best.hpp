#pragma once

#include <deque>
#include <string>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

#include "health.hpp"
#include "json/json.hpp"

namespace pegbox {

/// `trial_json` with the study's name in front.
Json best_json(const std::string& study, const Trial& trial, const std::vector<Objective>& objectives);

/// The same of the best of all trials, with `runner_up`: the next best, and whether it is really worse; and `findings`,
/// the sentences of `health`.
Json best_json(const std::string& name, const Studied& study);

/// The best trial with its hyperparameters, how the defaults did, what was found on rows that no trial saw, the
/// sentences of `health`, and for several objectives the Pareto front. There is at least one complete trial.
std::string best_text(const Studied& study);

/// Names of hyperparameters in the order of the space, then by name those that it does not know.
std::vector<std::string> names_in_order(const SearchSpace& space, const std::vector<const Params*>& points);

/// One line for each hyperparameter.
std::string params_text(const SearchSpace& space, const Params& params);

}  // namespace pegbox

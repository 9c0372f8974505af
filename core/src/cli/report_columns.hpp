#pragma once

#include <map>
#include <vector>

#include "json/json.hpp"
#include "store/records.hpp"

namespace pegbox {

/// A column for each property, with an entry for each trial: `number`, `state`, `values` (a list for each objective; a
/// text where JSON has no such number), `epochs`, `until` (lists, of all moves; null where they are not known),
/// `seconds`, `started` and `ended` (seconds after `begin`, or null) and `error` (a place in `errors`, or null).
/// `begin` is the first start, in UTC, or null. Numbers have seven digits.
Json trial_columns(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives,
                   const std::map<int, std::vector<Budget>>& budgets);

/// For each hyperparameter its `name`, what is known of its domain, its `default` where the space has one, and
/// `values`: the number in each trial, or where it has `labels` the place in these; null where it was not active.
Json param_columns(const std::vector<StoredTrial>& trials, const SearchSpace& space);

/// The number to seven digits; a text where JSON has no such number.
Json short_json(double number);

}  // namespace pegbox

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pegbox/space.hpp>

#include "json/json.hpp"
#include "store/records.hpp"
#include "table.hpp"

namespace pegbox {

/// For people: one row a trial below the columns' names, numbers shortened, the best marked by a star.
Rows trial_table(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives,
                 const SearchSpace& space, std::optional<int> best);

/// For programs: all that one row can hold, numbers exact. A hyperparameter with the name of another column has
/// `param.` in front of it.
Rows trial_records(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives,
                   const SearchSpace& space);

/// A list of `trial_json`.
Json trials_json(const std::vector<StoredTrial>& trials, const std::vector<Objective>& objectives);

}  // namespace pegbox

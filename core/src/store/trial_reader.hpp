#pragma once

#include <optional>
#include <vector>

#include "database.hpp"

namespace pegbox {

/// Which of a trial's reports are read.
enum class Reports { last, all };

/// All trials of the study by number, each with its last report, with a few queries for all together.
std::vector<StoredTrial> read_trials(Database& database, const StoredStudy& study);

/// The trial in this row of the table `trials`.
std::optional<StoredTrial> read_trial(Database& database, const StoredStudy& study, std::int64_t id, Reports reports);

/// The objectives' values in the report; empty where it lacks one.
std::vector<double> objective_values(const std::vector<Objective>& objectives, const Report& report);

}  // namespace pegbox

#pragma once

#include <vector>

#include <pegbox/trial.hpp>

namespace pegbox {

/// The objectives' values in a report. Throws `std::runtime_error` where one is missing or no finite number: that fails
/// the trial.
std::vector<double> measured_values(const std::vector<Objective>& objectives, const Report& report);

}  // namespace pegbox

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <pegbox/pareto.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// The trial's values as costs, one for each objective; empty where it has none.
std::vector<double> trial_costs(const Trial& trial, std::span<const Objective> objectives);

/// The positions of the points from the best to the worst: by cost; of several objectives by the front that a point
/// belongs to and in a front by its room, the most first (K. Deb et al., "A fast and elitist multiobjective genetic
/// algorithm: NSGA-II", 2002). What is equal stays in order.
std::vector<std::size_t> ranking(Costs points);

}  // namespace pegbox

#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// In front of what a trial measured on the test part.
inline constexpr std::string_view kTested = "test_";

/// Whether the trial came to its end with less cost than the best so far, which may be null.
bool improves(const Trial& trial, const Trial* best, const Objective& objective);

/// The best complete trial by the first objective (the one with the lower number among equals), or null. Pruned and
/// failed trials do not count: they did not come to the end of their budget.
const Trial* best_trial(const std::deque<Trial>& trials, const Objective& objective);

/// The first complete trial at the defaults of the space, or null; of a space that is not known, too.
const Trial* default_trial(const std::deque<Trial>& trials, const SearchSpace& space);

/// The trials that no other complete trial beats in every objective, by number.
std::vector<const Trial*> pareto_front(const std::deque<Trial>& trials, const std::vector<Objective>& objectives);

}  // namespace pegbox

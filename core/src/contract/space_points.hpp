#pragma once

#include <string>
#include <vector>

#include <pegbox/space.hpp>

namespace pegbox {

/// Points to try a model on: the defaults, from there each hyperparameter at its ends and at each choice (with what it
/// depends on such that it is active, where that can be), and those where all are lowest or highest. Each once.
std::vector<Params> corners(const SearchSpace& space);

/// The same points for the same space; some may be equal.
std::vector<Params> random_points(const SearchSpace& space, int count);

/// The point, for messages: `layers=2 norm=none`.
std::string shown(const Params& point);

}  // namespace pegbox

#pragma once

#include <pegbox/random.hpp>
#include <pegbox/space.hpp>

namespace pegbox {

/// A search space with domains of all kinds and conditions on up to several levels, listed in any order: a pure
/// function of the seed. `small` has at most six hyperparameters of at most four values.
SearchSpace random_space(std::uint64_t seed, bool small = false);

/// A uniform point.
Params random_point(const SearchSpace& space, Random& random);

}  // namespace pegbox

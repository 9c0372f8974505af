#pragma once

#include <pegbox/space.hpp>

#include "space_entry.hpp"

namespace pegbox {

/// The parameter with what the entry says in place of its domain and default; the conditions stay. `usual` is the value
/// that it has unless something else is said. Throws `StudyError` with the place.
Parameter narrowed(const Parameter& base, const Value& usual, const SpaceEntry& entry);

/// The unconditional parameter that an entry alone describes. Throws `StudyError` with the place.
Parameter added(const SpaceEntry& entry);

}  // namespace pegbox

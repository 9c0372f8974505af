#pragma once

#include <string>

#include <pegbox/space.hpp>

namespace pegbox {

/// One line for each hyperparameter: name, domain, default, condition.
std::string space_table(const SearchSpace& space);

}  // namespace pegbox

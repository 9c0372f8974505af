#pragma once

#include <cstddef>
#include <functional>

#include "contract/contract_check.hpp"

namespace pegbox {

/// Several threads go through all of `count` cases at once, each from another one on; what `find` finds, in any order.
Faults found_on_threads(std::size_t count, const std::function<Faults(std::size_t index)>& find);

}  // namespace pegbox

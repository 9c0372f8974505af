#pragma once

#include <vector>

#include <pegbox/trial.hpp>

namespace pegbox {

/// The budgets at which successive halving compares trials, ascending: epochs / factor^k rounded down, for k from the
/// largest with factor^k ≤ epochs / least down to 0, so that the first is at least `least` and the last is `epochs`.
/// One budget where `least` is too near to `epochs`. `factor` is 2 or more, the others 1 or more.
std::vector<Budget> rung_budgets(Budget epochs, Budget least, std::int64_t factor);

}  // namespace pegbox

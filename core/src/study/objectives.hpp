#pragma once

#include <vector>

#include "scalar.hpp"
#include "section.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads one objective or a list of them, each a metric whose direction is known (`accuracy`, `r2`, `loss`, `rmse`,
/// with or without `train_` in front) or `{metric: NAME, direction: minimize|maximize}`. Throws `StudyError`.
std::vector<Objective> read_objectives(const Entry& entry);

/// A metric, a map, or a list of these.
Form objectives_form();

Section objective_section();

}  // namespace pegbox

#pragma once

#include <optional>
#include <vector>

#include <pegbox/pruner.hpp>

/// What pruners read from trials.
namespace pegbox {

/// The study's only objective. Throws `StudyError` where it has several.
const Objective& only_objective(const PrunerContext& context);

/// What the report says of the objective, as something to be minimised; nothing where that was not measured.
std::optional<double> measured_cost(const Report& report, const Objective& objective);

/// The trial's first report at that epoch or later, or null.
const Report* report_from(const Trial& trial, Budget epoch);

/// The trials told as complete, pruned or paused, each once, as it was told last, by number; without `except`.
std::vector<const Trial*> others(Trials told, int except);

}  // namespace pegbox

#pragma once

#include <memory>

#include "engine.hpp"

namespace pegbox {

/// Trains networks of a `Model`: a trial is as many fits as the study has folds and repeats, all at the same epoch.
/// Where there are several, a report has the mean of each measurement, with `_sd` and `_se` (standard deviation and
/// standard error of the mean) of those of the validation part, and the first objective of each fit as `_fit_1` ….
/// Throws `StudyError` for data or hyperparameters that cannot be used.
std::unique_ptr<Engine> make_model_engine(const TrainerPlan& plan);

}  // namespace pegbox

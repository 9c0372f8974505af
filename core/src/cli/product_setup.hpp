#pragma once

#include "stored_study.hpp"
#include "tuner/setup.hpp"

namespace pegbox {

/// The study as it is stored, set up to train this trial of it: by its own name for model and data, or where a study
/// file is named by what that says of their places. Throws `StudyError` for a study of another program, for data that
/// has been moved, and for a study file with another model.
Setup product_setup(const StoredView& view, const Trial& trial, const Options& options);

/// Throws `StudyError` where another program made the study.
Json definition_to_train(const StoredStudy& study);

}  // namespace pegbox

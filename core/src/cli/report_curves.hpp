#pragma once

#include "json/json.hpp"
#include "stored_study.hpp"

namespace pegbox {

/// How the first objective went in each trial, epoch by epoch: `{"of": …, "curves": [{"trial", "epochs", "values"}]}`.
/// `of` is how many trials have more than one report. Of more than 200 of them the best 50 are taken, and others evenly
/// by number; of more than 100 epochs so many, evenly, and the last.
Json report_curves(const StoredView& view, const std::vector<StoredTrial>& trials);

}  // namespace pegbox

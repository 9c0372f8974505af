#pragma once

#include "json/json.hpp"
#include "stored_study.hpp"

namespace pegbox {

/// The study as the script of the page of `pegbox report` reads it:
///
/// - `study`, `storage`, `host` (who runs it, or null), `definition` (as it is kept, or null), `objectives`,
/// `versions`;
/// - `findings`: sentences;
/// - `best`: the number of the best trial, or null; `front`: those that no other beats, for several objectives;
/// - `reference`: what the best is held against, `{"trial", "count", "value", "gain", "margin"}`, or null: the trial of
///   the defaults, or where these were not tried the median of the first `count` complete trials;
/// - `trials`, `params`: `report_columns.hpp`;
/// - `curves`: `report_curves.hpp`;
/// - `importance`: `importance_json.hpp`, of the first objective, and `trust`: how far to trust it, a sentence; both
/// null
///   where there are too few trials to tell.
Json report_data(const StoredView& view);

}  // namespace pegbox

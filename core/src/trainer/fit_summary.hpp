#pragma once

#include <vector>

#include <pegbox/trial.hpp>

namespace pegbox {

/// What several fits of a trial measured, as one report has it: means over the fits of what all have; of the validation
/// part also `_sd`, the standard deviation over the fits (by n − 1), and `_se` = sd / √n; of the metric `detailed` each
/// fit's own as `_fit_1` …. One fit's stay as they are.
Metrics summarised(const std::vector<Metrics>& fits, const std::string& detailed);

}  // namespace pegbox

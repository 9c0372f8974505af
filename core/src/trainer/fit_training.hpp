#pragma once

#include "fit.hpp"

namespace pegbox {

/// Trains the fit's next epoch, or nothing where it has ended, and measures it in `fit.metrics`: of the validation
/// part, and with `train_` in front of the outputs as they were while the weights moved. Where `last`, the epoch is the
/// last one before the trial pauses or ends: `gap` is measured too, how much better the objective's metric is on
/// training rows (as many as there are to validate on) than on the validation part.
///
/// With `patience`, a fit ends where its objective has not improved for so many epochs, or with the study's largest
/// budget; it then goes back to the weights of its best epoch, and `fit.metrics` are those of that epoch.
///
/// Throws `std::runtime_error` where a loss is not finite.
void train_epoch(const FitPlan& plan, const FitData& data, const Params& params, bool last, Fit& fit);

/// One step of the optimizer on the first batch that the random stream makes. The fit is then of no further use.
void train_batch(const FitPlan& plan, const FitData& data, const Params& params, Fit& fit);

/// Measurements on a part of the fit's data.
Metrics measured_on(const FitPlan& plan, const FitData& data, const Selection& part, const Params& params, Fit& fit);

}  // namespace pegbox

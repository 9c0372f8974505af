#pragma once

#include "fit.hpp"

namespace pegbox {

/// The fit's network, moved to the CPU and packed, with what a program has to know to use it.
Product product_of(const FitData& data, const Params& params, Fit& fit);

}  // namespace pegbox

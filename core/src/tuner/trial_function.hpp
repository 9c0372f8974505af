#pragma once

#include <functional>

#include <pegbox/trial_context.hpp>

namespace pegbox {

/// Trains one trial and reports what it measures.
using TrialFunction = std::function<void(TrialContext& trial)>;

}  // namespace pegbox

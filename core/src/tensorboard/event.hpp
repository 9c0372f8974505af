#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pegbox/trial.hpp>

// The bytes of TensorBoard's message `Event`. Times are seconds since 1970.

namespace pegbox {

/// The first event of each file.
std::string version_event(double time);

/// What earlier files of the folder say of `step` and later steps is replaced by what follows.
std::string start_event(double time, std::int64_t step);

/// A scalar for each metric. TensorBoard's scalars have 32 bits: what is too large for them is infinite.
std::string scalars_event(double time, std::int64_t step, const Metrics& metrics);

/// Data of a plug-in of TensorBoard's that is not a series, under the tag that the plug-in looks for.
std::string plugin_event(double time, std::string_view plugin, std::string_view tag, std::string_view data);

}  // namespace pegbox

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

// What TensorBoard's HParams is told, as bytes of its message `HParamsPluginData`. Times are seconds since 1970.

namespace pegbox {

inline constexpr std::string_view kHparamsPlugin = "hparams";
inline constexpr std::string_view kExperimentTag = "_hparams_/experiment";
inline constexpr std::string_view kSessionStartTag = "_hparams_/session_start_info";
inline constexpr std::string_view kSessionEndTag = "_hparams_/session_end_info";

/// The columns of the table of trials.
struct HparamsColumns {
  const SearchSpace& space;
  const std::vector<Objective>& objectives;
  std::vector<std::string> metrics;  ///< others, which come after the objectives
};

/// Numbers have an interval, texts, truth values and listed numbers their values.
std::string experiment_data(const std::string& study, double time, const HparamsColumns& columns);

/// A trial begins. Hyperparameters that are not active in it are absent.
std::string session_start_data(const Params& params, double time);

enum class SessionStatus { success = 1, failure = 2 };

std::string session_end_data(SessionStatus status, double time);

}  // namespace pegbox

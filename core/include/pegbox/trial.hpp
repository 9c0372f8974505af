#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pegbox/params.hpp>

namespace pegbox {

/// How long a trial trains, in epochs.
using Budget = std::int64_t;

/// Named measurements, as `accuracy` and `train_loss`.
using Metrics = std::map<std::string, double, std::less<>>;

/// One of the numbers that the study seeks to make small or large.
struct Objective {
  std::string metric;
  bool maximize = false;
  bool operator==(const Objective&) const = default;

  /// The value as something to be minimised.
  double cost(double value) const { return maximize ? -value : value; }
};

/// What a trial measured at the end of an epoch, counted from 1.
struct Report {
  Budget epoch;
  Metrics metrics;
};

enum class State {
  waiting,   ///< enqueued, not begun
  running,   ///< training, or about to
  paused,    ///< reached `until`, its network is kept; at the end of the study it counts as pruned
  complete,  ///< reached the study's largest budget
  pruned,    ///< stopped early
  failed     ///< threw, or measured something that is not a number
};

std::string_view to_string(State state);

/// One attempt: what was tried and what came of it.
struct Trial {
  int number = 0;  ///< from 0, in the order of dispatch
  State state = State::waiting;
  Params params;
  std::uint64_t seed = 0;       ///< of its own random stream; below 2^53, so that every JSON reader keeps it
  Budget until = 0;             ///< epochs to reach
  std::optional<int> from;      ///< the trial whose weights it began with
  std::vector<Report> reports;  ///< one an epoch, from epoch 1 on
  std::vector<double> values;   ///< the objectives at the last report; empty before the first and when failed
  double seconds = 0;           ///< spent training, all legs together
  std::string error;            ///< why it failed

  Budget epochs() const { return reports.empty() ? 0 : reports.back().epoch; }
};

/// Trials that belong to somebody else, in an order that the place of use states.
using Trials = std::span<const Trial* const>;

}  // namespace pegbox

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

#include "records.hpp"

namespace pegbox {

/// Optuna's name of the state: a paused trial is `RUNNING` there.
std::string_view optuna_state(State state);

/// The state of Optuna's name, or nothing where there is no such state.
std::optional<State> state_from(std::string_view optuna_state);

std::string_view to_string(Origin origin);
std::optional<Origin> origin_from(std::string_view text);

/// The state that `to_string` gives this text, or nothing.
std::optional<State> own_state_from(std::string_view text);

/// A number in a column that holds finite ones, with its type beside it.
struct TypedNumber {
  std::optional<double> finite;
  std::string_view type;  ///< `FINITE`, `INF_POS`, `INF_NEG` or `NAN`
};
TypedNumber typed(double number);
double number_from(double finite, std::string_view type);

/// The domain as one of Optuna's distributions, in JSON. What it holds at most is on its step, as Optuna has it.
std::string distribution_json(const Domain& domain);

/// The value as the number that Optuna keeps: itself, or its place among the choices. Nothing where the domain does not
/// have the value.
std::optional<double> internal_value(const Domain& domain, const Value& value);

/// Whether the number gives the value back bit for bit: SQLite keeps no negative zero, a double no whole number beyond
/// 2^53.
bool survives(const Domain& domain, const Value& value);

/// One of Optuna's distributions, as far as it tells what a kept number means.
class Distribution {
 public:
  /// Nothing for what is none.
  static std::optional<Distribution> parse(const std::string& json);

  /// Nothing where the number means no value that we have (null, a place without a choice).
  std::optional<Value> value(double internal) const;

 private:
  enum class Kind { real, whole, choice };
  Kind kind_ = Kind::real;
  std::vector<std::optional<Value>> choices_;
};

/// `{"loss": 0.25}`; what is not finite is one of the texts `nan`, `inf`, `-inf`.
std::string metrics_json(const Metrics& metrics);
Metrics metrics_from(const std::string& json);

/// Values as they are: `{"units": 16, "op": "relu"}`. What cannot be read is left out.
std::string params_json(const Params& params);
Params params_from(const std::string& json);

/// One attribute's value. Numbers as in `metrics_json`.
std::string attribute_json(double number);
std::string attribute_json(std::int64_t number);
std::string attribute_json(const std::string& text);

/// A list of texts; empty where it cannot be read.
std::string names_json(const std::vector<std::string>& names);
std::vector<std::string> names_from(const std::string& json);

/// The time now in UTC, `2026-11-24 08:00:00.000000`.
std::string time_text(std::chrono::system_clock::time_point time);

}  // namespace pegbox

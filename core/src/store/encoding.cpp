#include "encoding.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

#include <nlohmann/json.hpp>

namespace pegbox {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kStates = {State::waiting,  State::running, State::paused,
                                State::complete, State::pruned,  State::failed};
constexpr std::array kOrigins = {Origin::first, Origin::asked, Origin::queued, Origin::elsewhere};

/// Names of earlier versions are read too.
constexpr std::array kRealNames = {"FloatDistribution", "UniformDistribution", "LogUniformDistribution",
                                   "DiscreteUniformDistribution"};
constexpr std::array kWholeNames = {"IntDistribution", "IntUniformDistribution", "IntLogUniformDistribution"};

template <class List, class Item>
bool contains(const List& list, const Item& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// What an exception says may hold any bytes.
std::string printed(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

/// Nothing that can be looked into where it is not JSON; Python writes NaN and Infinity, which are none.
Json parsed(const std::string& text) { return Json::parse(text, nullptr, /*allow_exceptions=*/false); }

Json number_json(double number) {
  if (std::isfinite(number)) return number;
  if (std::isnan(number)) return "nan";
  return number > 0 ? "inf" : "-inf";
}

std::optional<double> number_from_json(const Json& json) {
  if (json.is_number()) return json.get<double>();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (json == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (json == "inf") return kInfinity;
  if (json == "-inf") return -kInfinity;
  return {};
}

Json value_json(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return number_json(*real);
  return std::visit([](const auto& plain) { return Json(plain); }, value);
}

std::optional<Value> value_from_json(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return json.get<double>();
  }
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  return {};
}

/// The domain's last value: the grid may end below `high`.
double last(const Real& real) { return real.step > 0 ? std::get<double>(from_unit(real, 1)) : real.high; }

std::int64_t last(const Integer& integer) { return integer.low + (cardinality(integer) - 1) * integer.step; }

Json distribution(const char* name, Json attributes) { return {{"name", name}, {"attributes", std::move(attributes)}}; }

Json real_distribution(const Real& real) {
  Json step = nullptr;
  if (real.step > 0) step = real.step;
  return distribution("FloatDistribution",
                      {{"step", step}, {"low", real.low}, {"high", last(real)}, {"log", real.log}});
}

Json integer_distribution(const Integer& integer) {
  return distribution("IntDistribution",
                      {{"log", integer.log}, {"step", integer.step}, {"low", integer.low}, {"high", last(integer)}});
}

Json choice_distribution(const std::vector<Value>& choices) {
  Json list = Json::array();
  for (const Value& choice : choices) list.push_back(value_json(choice));
  return distribution("CategoricalDistribution", {{"choices", std::move(list)}});
}

}  // namespace

std::string_view optuna_state(State state) {
  switch (state) {
    case State::waiting:
      return "WAITING";
    case State::running:
    case State::paused:
      return "RUNNING";
    case State::complete:
      return "COMPLETE";
    case State::pruned:
      return "PRUNED";
    case State::failed:
      return "FAIL";
  }
  return "FAIL";
}

std::optional<State> state_from(std::string_view optuna_state) {
  for (const State state : kStates) {
    if (pegbox::optuna_state(state) == optuna_state) return state;
  }
  return {};
}

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::first:
      return "first";
    case Origin::asked:
      return "asked";
    case Origin::queued:
      return "queued";
    case Origin::elsewhere:
      return "elsewhere";
  }
  return "elsewhere";
}

std::optional<Origin> origin_from(std::string_view text) {
  for (const Origin origin : kOrigins) {
    if (to_string(origin) == text) return origin;
  }
  return {};
}

std::optional<State> own_state_from(std::string_view text) {
  for (const State state : kStates) {
    if (to_string(state) == text) return state;
  }
  return {};
}

TypedNumber typed(double number) {
  if (std::isnan(number)) return {{}, "NAN"};
  if (std::isinf(number)) return {{}, number > 0 ? "INF_POS" : "INF_NEG"};
  return {number, "FINITE"};
}

double number_from(double finite, std::string_view type) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (type == "INF_POS") return kInfinity;
  if (type == "INF_NEG") return -kInfinity;
  return type == "NAN" ? std::numeric_limits<double>::quiet_NaN() : finite;
}

std::string distribution_json(const Domain& domain) {
  if (const auto* real = std::get_if<Real>(&domain)) return printed(real_distribution(*real));
  if (const auto* integer = std::get_if<Integer>(&domain)) return printed(integer_distribution(*integer));
  if (const auto* choice = std::get_if<Choice>(&domain)) return printed(choice_distribution(choice->choices));
  return printed(choice_distribution({false, true}));
}

std::optional<double> internal_value(const Domain& domain, const Value& value) {
  if (misfit(domain, value)) return {};
  if (const auto* choice = std::get_if<Choice>(&domain)) {
    const auto found = std::find(choice->choices.begin(), choice->choices.end(), value);
    return static_cast<double>(found - choice->choices.begin());
  }
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  return as_number(value);
}

bool survives(const Domain& domain, const Value& value) {
  if (std::holds_alternative<Real>(domain)) return as_number(value) != 0 || !std::signbit(as_number(value));
  if (!std::holds_alternative<Integer>(domain)) return true;
  constexpr std::int64_t kMost = 1LL << 53;
  const auto whole = std::get<std::int64_t>(value);
  return whole >= -kMost && whole <= kMost;
}

std::optional<Distribution> Distribution::parse(const std::string& json) {
  const Json parts = parsed(json);
  if (!parts.is_object() || !parts.contains("name") || !parts.contains("attributes")) return {};
  const Json& name = parts["name"];
  const Json& attributes = parts["attributes"];
  Distribution distribution;
  if (contains(kRealNames, name)) return distribution;
  if (contains(kWholeNames, name)) {
    distribution.kind_ = Kind::whole;
    return distribution;
  }
  if (name != "CategoricalDistribution" || !attributes.is_object() || !attributes.contains("choices")) return {};
  distribution.kind_ = Kind::choice;
  for (const Json& choice : attributes["choices"]) distribution.choices_.push_back(value_from_json(choice));
  return distribution;
}

std::optional<Value> Distribution::value(double internal) const {
  if (kind_ == Kind::real) return internal;
  constexpr double kMost = 9e18;
  if (!(std::abs(internal) < kMost)) return {};
  const std::int64_t whole = std::llround(internal);
  if (kind_ == Kind::whole) return whole;
  if (whole < 0 || static_cast<std::size_t>(whole) >= choices_.size()) return {};
  return choices_[static_cast<std::size_t>(whole)];
}

std::string metrics_json(const Metrics& metrics) {
  Json json = Json::object();
  for (const auto& [name, number] : metrics) json[name] = number_json(number);
  return printed(json);
}

Metrics metrics_from(const std::string& json) {
  Metrics metrics;
  const Json object = parsed(json);
  if (!object.is_object()) return metrics;
  for (const auto& [name, entry] : object.items()) {
    if (const auto number = number_from_json(entry)) metrics[name] = *number;
  }
  return metrics;
}

std::string params_json(const Params& params) {
  Json json = Json::object();
  for (const auto& [name, value] : params) json[name] = value_json(value);
  return printed(json);
}

Params params_from(const std::string& json) {
  Params params;
  const Json object = parsed(json);
  if (!object.is_object()) return params;
  for (const auto& [name, entry] : object.items()) {
    if (auto value = value_from_json(entry)) params.set(name, std::move(*value));
  }
  return params;
}

std::string attribute_json(double number) { return printed(number_json(number)); }

std::string attribute_json(std::int64_t number) { return printed(number); }

std::string attribute_json(const std::string& text) { return printed(text); }

std::string names_json(const std::vector<std::string>& names) { return printed(names); }

std::vector<std::string> names_from(const std::string& json) {
  std::vector<std::string> names;
  const Json list = parsed(json);
  if (!list.is_array()) return names;
  for (const Json& name : list) names.push_back(name.is_string() ? name.get<std::string>() : std::string());
  return names;
}

std::string time_text(std::chrono::system_clock::time_point time) {
  using std::chrono::floor;
  const auto now = floor<std::chrono::microseconds>(time);
  const auto day = floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(now - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%06d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace pegbox

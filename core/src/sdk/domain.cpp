#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <pegbox/domain.hpp>

namespace pegbox {
namespace {

/// Steps are written as decimals, which doubles miss by a little.
constexpr double kStepTolerance = 1e-9;

template <class... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overload(Cases...) -> Overload<Cases...>;  // Clang 14 does not deduce it

std::string show(double number) { return to_string(Value(number)); }

/// How far a value can be off its step, in steps, only because numbers are rounded (see `decimal`).
double blur(const Real& real) {
  return 64 * std::numeric_limits<double>::epsilon() * std::max(std::abs(real.low), std::abs(real.high)) / real.step;
}

std::int64_t steps(const Real& real) {
  const double tolerance = std::max(kStepTolerance, blur(real));
  return static_cast<std::int64_t>(std::floor((real.high - real.low) / real.step + tolerance));
}

/// Distance without overflow; the domain is not larger than 2^64.
std::uint64_t distance(std::int64_t low, std::int64_t high) {
  return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
}

/// Rounded to the decimals that a double holds for sure: 3 · 0.1 becomes 0.3.
double decimal(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::general,
                                 std::numeric_limits<double>::digits10)
                       .ptr;
  std::from_chars(text.data(), end, number);
  return number;
}

std::optional<std::string> real_fault(const Real& real) {
  if (!std::isfinite(real.low) || !std::isfinite(real.high)) return "low and high must be finite";
  if (real.low > real.high) return "low " + show(real.low) + " is above high " + show(real.high);
  if (!std::isfinite(real.step) || real.step < 0) return "step must be above 0";
  if (real.log && real.low <= 0) return "log needs low above 0, not " + show(real.low);
  if (real.log && real.step > 0) return "log and step exclude each other";
  if (real.step > 0 && real.step > real.high - real.low && real.high > real.low) {
    return "step " + show(real.step) + " is larger than the range " + show(real.low) + ".." + show(real.high);
  }
  if (!std::isfinite(real.high - real.low)) return "the range is too large";
  if (real.step > 0 && blur(real) > 0.1) return "step " + show(real.step) + " is too small";
  return {};
}

std::optional<std::string> integer_fault(const Integer& integer) {
  const auto text = [](std::int64_t number) { return std::to_string(number); };
  if (integer.low > integer.high) return "low " + text(integer.low) + " is above high " + text(integer.high);
  if (integer.step < 1) return "step must be 1 or more, not " + text(integer.step);
  if (integer.log && integer.low < 1) return "log needs low of 1 or more, not " + text(integer.low);
  if (integer.log && integer.step != 1) return "log and step exclude each other";
  const auto range = distance(integer.low, integer.high);
  constexpr std::uint64_t kMost = 1ULL << 50;   // so that places in [0, 1] tell all values apart
  constexpr std::int64_t kMostLog = 1LL << 40;  // places in the logarithm tell fewer apart
  if (range > kMost) return "the range is too large";
  if (integer.log && integer.high > kMostLog) return "log needs high of at most " + text(kMostLog);
  if (range > 0 && static_cast<std::uint64_t>(integer.step) > range) {
    return "step " + text(integer.step) + " is larger than the range " + text(integer.low) + ".." + text(integer.high);
  }
  return {};
}

std::optional<std::string> choice_fault(const Choice& choice) {
  const auto& choices = choice.choices;
  if (choices.empty()) return "there are no choices";
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const bool alike = is_number(choices[i]) ? is_number(choices[0]) : choices[i].index() == choices[0].index();
    if (!alike) {
      return "choices are of different kinds: " + to_string(choices[0]) + " and " + to_string(choices[i]);
    }
    if (const auto* real = std::get_if<double>(&choices[i]); real != nullptr && !std::isfinite(*real)) {
      return "choices must be finite";
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (same_value(choices[i], choices[k])) return "choice " + to_string(choices[i]) + " stands there twice";
    }
  }
  return {};
}

std::optional<std::string> real_misfit(const Real& real, const Value& value) {
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr) return to_string(value) + " is not a real number";
  if (!(*number >= real.low && *number <= real.high)) {
    return show(*number) + " is outside " + show(real.low) + ".." + show(real.high);
  }
  if (real.step > 0) {
    const double k = (*number - real.low) / real.step;
    if (std::abs(k - std::round(k)) > std::max(1e-6, blur(real))) {
      return show(*number) + " is off the step " + show(real.step) + " from " + show(real.low);
    }
  }
  return {};
}

std::optional<std::string> integer_misfit(const Integer& integer, const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return to_string(value) + " is not a whole number";
  if (*number < integer.low || *number > integer.high) {
    return std::to_string(*number) + " is outside " + std::to_string(integer.low) + ".." + std::to_string(integer.high);
  }
  if (distance(integer.low, *number) % static_cast<std::uint64_t>(integer.step) != 0) {
    return std::to_string(*number) + " is off the step " + std::to_string(integer.step) + " from " +
           std::to_string(integer.low);
  }
  return {};
}

std::string listed(const Choice& choice) {
  std::string text;
  for (const Value& value : choice.choices) text += (text.empty() ? "" : ", ") + to_string(value);
  return text;
}

std::optional<std::string> choice_misfit(const Choice& choice, const Value& value) {
  if (std::find(choice.choices.begin(), choice.choices.end(), value) != choice.choices.end()) return {};
  return to_string(value) + " is not one of " + listed(choice);
}

/// The middle of the k-th of n parts, and the part that a place lies in.
double middle(std::int64_t k, std::int64_t n) { return (static_cast<double>(k) + 0.5) / static_cast<double>(n); }
std::int64_t part(double place, std::int64_t n) {
  return std::clamp(static_cast<std::int64_t>(std::floor(place * static_cast<double>(n))), std::int64_t{0}, n - 1);
}

double log_place(double value, double low, double high) {
  const double range = std::log(high) - std::log(low);
  return range > 0 ? (std::log(value) - std::log(low)) / range : 0.5;
}
double log_value(double place, double low, double high) {
  return std::exp(std::log(low) + place * (std::log(high) - std::log(low)));
}

double real_place(const Real& real, double value) {
  if (real.low == real.high) return 0.5;
  if (real.step > 0) return middle(std::llround((value - real.low) / real.step), steps(real) + 1);
  if (real.log) return log_place(value, real.low, real.high);
  return (value - real.low) / (real.high - real.low);
}

double real_value(const Real& real, double place) {
  if (real.step == 0 && place <= 0) return real.low;
  if (real.step == 0 && place >= 1) return real.high;
  double value = real.low + place * (real.high - real.low);
  if (real.log) value = log_value(place, real.low, real.high);
  if (real.step > 0) value = decimal(real.low + static_cast<double>(part(place, steps(real) + 1)) * real.step);
  return std::clamp(value, real.low, real.high);
}

double integer_place(const Integer& integer, std::int64_t value) {
  if (integer.log) {
    return log_place(static_cast<double>(value), static_cast<double>(integer.low) - 0.5,
                     static_cast<double>(integer.high) + 0.5);
  }
  return middle((value - integer.low) / integer.step, cardinality(integer));
}

std::int64_t integer_value(const Integer& integer, double place) {
  if (integer.log) {
    const double value =
        log_value(place, static_cast<double>(integer.low) - 0.5, static_cast<double>(integer.high) + 0.5);
    return std::clamp(static_cast<std::int64_t>(std::llround(value)), integer.low, integer.high);
  }
  return integer.low + part(place, cardinality(integer)) * integer.step;
}

std::int64_t size(const Choice& choice) { return static_cast<std::int64_t>(choice.choices.size()); }

}  // namespace

std::optional<std::string> fault(const Domain& domain) {
  return std::visit(Overload{[](const Real& real) { return real_fault(real); },
                             [](const Integer& integer) { return integer_fault(integer); },
                             [](const Choice& choice) { return choice_fault(choice); },
                             [](const Boolean&) { return std::optional<std::string>(); }},
                    domain);
}

std::optional<std::string> misfit(const Domain& domain, const Value& value) {
  return std::visit(Overload{[&](const Real& real) { return real_misfit(real, value); },
                             [&](const Integer& integer) { return integer_misfit(integer, value); },
                             [&](const Choice& choice) { return choice_misfit(choice, value); },
                             [&](const Boolean&) {
                               if (std::holds_alternative<bool>(value)) return std::optional<std::string>();
                               return std::optional<std::string>(to_string(value) + " is neither true nor false");
                             }},
                    domain);
}

std::int64_t cardinality(const Domain& domain) {
  return std::visit(
      Overload{[](const Real& real) -> std::int64_t {
                 if (real.low == real.high) return 1;
                 return real.step > 0 ? steps(real) + 1 : 0;
               },
               [](const Integer& integer) {
                 return static_cast<std::int64_t>(distance(integer.low, integer.high) /
                                                  static_cast<std::uint64_t>(integer.step)) +
                        1;
               },
               [](const Choice& choice) { return size(choice); }, [](const Boolean&) { return std::int64_t{2}; }},
      domain);
}

bool numeric(const Domain& domain) {
  if (const auto* choice = std::get_if<Choice>(&domain)) {
    return std::all_of(choice->choices.begin(), choice->choices.end(), is_number);
  }
  return !std::holds_alternative<Boolean>(domain);
}

bool ordered(const Domain& domain) {
  if (!numeric(domain)) return false;
  const auto* choice = std::get_if<Choice>(&domain);
  if (choice == nullptr) return true;
  return std::is_sorted(choice->choices.begin(), choice->choices.end(),
                        [](const Value& a, const Value& b) { return as_number(a) < as_number(b); });
}

double to_unit(const Domain& domain, const Value& value) {
  return std::visit(
      Overload{[&](const Real& real) { return real_place(real, std::get<double>(value)); },
               [&](const Integer& integer) { return integer_place(integer, std::get<std::int64_t>(value)); },
               [&](const Choice& choice) {
                 const auto found = std::find(choice.choices.begin(), choice.choices.end(), value);
                 return middle(found - choice.choices.begin(), size(choice));
               },
               [&](const Boolean&) { return std::get<bool>(value) ? 0.75 : 0.25; }},
      domain);
}

Value from_unit(const Domain& domain, double place) {
  return std::visit(Overload{[&](const Real& real) -> Value { return real_value(real, place); },
                             [&](const Integer& integer) -> Value { return integer_value(integer, place); },
                             [&](const Choice& choice) -> Value {
                               return choice.choices[static_cast<std::size_t>(part(place, size(choice)))];
                             },
                             [&](const Boolean&) -> Value { return place >= 0.5; }},
                    domain);
}

Value conform(const Domain& domain, const Value& value) {
  if (!is_number(value)) return value;
  if (std::holds_alternative<Real>(domain)) return as_number(value);
  if (std::holds_alternative<Integer>(domain)) {
    const double number = as_number(value);
    if (std::abs(number) < 9e15 && number == std::floor(number)) return static_cast<std::int64_t>(number);
  }
  if (const auto* choice = std::get_if<Choice>(&domain)) {
    for (const Value& known : choice->choices) {
      if (same_value(known, value)) return known;
    }
  }
  return value;
}

std::string to_string(const Domain& domain) {
  return std::visit(Overload{[](const Real& real) {
                               std::string text = "real " + show(real.low) + ".." + show(real.high);
                               if (real.log) text += " log";
                               if (real.step > 0) text += " step " + show(real.step);
                               return text;
                             },
                             [](const Integer& integer) {
                               std::string text =
                                   "integer " + std::to_string(integer.low) + ".." + std::to_string(integer.high);
                               if (integer.log) text += " log";
                               if (integer.step > 1) text += " step " + std::to_string(integer.step);
                               return text;
                             },
                             [](const Choice& choice) { return "one of " + listed(choice); },
                             [](const Boolean&) { return std::string("true or false"); }},
                    domain);
}

}  // namespace pegbox

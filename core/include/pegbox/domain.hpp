#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <pegbox/value.hpp>

namespace pegbox {

/// A real number in [low, high], or low, low + step, … where a step is given. `log` spreads it evenly in the
/// logarithm, needs low > 0 and takes no step.
struct Real {
  double low;
  double high;
  bool log = false;
  double step = 0;  ///< 0: continuous
  bool operator==(const Real&) const = default;
};

/// A whole number low, low + step, … up to high. `log` needs low ≥ 1 and step 1.
struct Integer {
  std::int64_t low;
  std::int64_t high;
  bool log = false;
  std::int64_t step = 1;
  bool operator==(const Integer&) const = default;
};

/// One of the listed values, which are of one kind (numbers, texts or booleans) and differ from each other.
struct Choice {
  std::vector<Value> choices;
  bool operator==(const Choice&) const = default;
};

struct Boolean {
  bool operator==(const Boolean&) const = default;
};

/// The values that one hyperparameter can take.
using Domain = std::variant<Real, Integer, Choice, Boolean>;

/// Says what is impossible in the domain (low above high, log from 0, no choices, …), or nothing.
std::optional<std::string> fault(const Domain& domain);

/// Says why the value does not belong to the domain (outside, off the step, of another type), or nothing.
std::optional<std::string> misfit(const Domain& domain, const Value& value);

/// Number of different values; 0 for a continuous domain. A domain of one value has 1, a continuous one included.
std::int64_t cardinality(const Domain& domain);

/// Whether all values are numbers.
bool numeric(const Domain& domain);

/// Whether neighbouring values are alike: numbers are, choices are where they are ascending numbers.
bool ordered(const Domain& domain);

/// Place of a value in [0, 1]. Linear, or linear in the logarithm; of n discrete values the k-th (from 0) gets the
/// middle of the k-th of n equal parts, except that a `log` integer k gets its place in the logarithm of
/// [low − ½, high + ½]. The value must belong to the domain.
double to_unit(const Domain& domain, const Value& value);

/// The value at a place in [0, 1]; the inverse of `to_unit`, total on [0, 1]. Uniform places give uniform values.
Value from_unit(const Domain& domain, double place);

/// The value of the same meaning in the domain's own type: a whole number given for a real one becomes real, and a
/// choice is found among numbers of the other type. What fits nowhere comes back unchanged.
Value conform(const Domain& domain, const Value& value);

/// For messages: `real 0.001..0.1 log`, `integer 1..4`, `one of relu, tanh`, `true or false`.
std::string to_string(const Domain& domain);

}  // namespace pegbox

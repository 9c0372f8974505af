#pragma once

#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pegbox/domain.hpp>
#include <pegbox/params.hpp>

namespace pegbox {

/// Holds where the named hyperparameter is active and has one of `values`, or, where none are listed, a number in
/// [low, high].
struct Condition {
  std::string parameter;
  std::vector<Value> values = {};
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  bool holds(const Params& params) const;
  bool operator==(const Condition&) const = default;
};

/// A condition on a number: `at_least("layers", 2)`.
inline Condition at_least(std::string parameter, double low) { return {std::move(parameter), {}, low}; }

struct Parameter {
  std::string name;
  Domain domain;
  std::optional<Value> initial = {};  ///< the default; without one the middle of the domain or the first choice
  std::vector<Condition> when = {};   ///< active only where all of them hold
  bool operator==(const Parameter&) const = default;
};

/// The hyperparameters of a study and their encoding. Immutable; names are unique, conditions refer to parameters of
/// the same space and form no cycle, defaults fit their domains.
///
/// A point has one coordinate for each parameter, in the order of the space: its place in [0, 1] as `to_unit` of the
/// domain has it, or NaN where the parameter is inactive.
class SearchSpace {
 public:
  SearchSpace() = default;

  /// Throws `StudyError` that names the parameter and the fault.
  SearchSpace(std::vector<Parameter> parameters);
  SearchSpace(std::initializer_list<Parameter> parameters) : SearchSpace(std::vector<Parameter>(parameters)) {}

  std::size_t size() const { return parameters_.size(); }
  const Parameter& operator[](std::size_t index) const { return parameters_[index]; }
  std::vector<Parameter>::const_iterator begin() const { return parameters_.begin(); }
  std::vector<Parameter>::const_iterator end() const { return parameters_.end(); }

  /// Position of the parameter of that name.
  std::optional<std::size_t> find(std::string_view name) const;

  /// Positions such that each parameter comes after those that its conditions name.
  std::span<const std::size_t> dependency_order() const { return order_; }

  /// Whether the parameter is active where those it depends on have the values in `params`.
  bool active(std::size_t index, const Params& params) const;

  /// The value that the parameter has unless something else is said.
  Value initial(std::size_t index) const;

  /// All defaults, inactive parameters left out.
  Params defaults() const;

  /// Completes what is given (whole numbers become real where the domain is; unnamed parameters get their defaults)
  /// and checks it. Throws `StudyError` for an unknown or inactive name and for a value that does not fit.
  Params complete(const Params& given) const;

  /// Says what is wrong with a point that should be whole: a value missing, unknown, inactive or not in its domain.
  std::optional<std::string> fault(const Params& params) const;

  /// Coordinates of a whole point.
  std::vector<double> encode(const Params& params) const;

  /// The point at these coordinates; those of inactive parameters are not looked at. `point` has `size()` values.
  Params decode(std::span<const double> point) const;

  bool operator==(const SearchSpace& other) const { return parameters_ == other.parameters_; }

 private:
  std::vector<std::size_t> parents_of(const Parameter& parameter) const;

  std::vector<Parameter> parameters_;
  std::map<std::string, std::size_t, std::less<>> index_;  ///< by name
  std::vector<std::size_t> order_;
};

}  // namespace pegbox

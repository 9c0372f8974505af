#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <pegbox/value.hpp>

namespace pegbox {

/// Named values: the hyperparameters of one trial, or the settings of one plug-in. Ordered by name.
class Params {
 public:
  using Map = std::map<std::string, Value, std::less<>>;

  Params() = default;
  Params(std::initializer_list<Map::value_type> values) : values_(values) {}

  void set(std::string name, Value value) { values_.insert_or_assign(std::move(name), std::move(value)); }
  bool has(std::string_view name) const { return values_.contains(name); }

  /// Throws `std::out_of_range` with the name where there is no such value: an inactive hyperparameter has none.
  const Value& at(std::string_view name) const;

  /// `T` is `bool`, `std::int64_t`, `double` or `std::string`. A whole number reads as `double` too; any other
  /// mismatch throws `std::invalid_argument` with the name, the value and the type that was asked for.
  template <class T>
  T get(std::string_view name) const;

  Map::const_iterator begin() const { return values_.begin(); }
  Map::const_iterator end() const { return values_.end(); }
  std::size_t size() const { return values_.size(); }
  bool operator==(const Params&) const = default;

 private:
  Map values_;
};

template <>
bool Params::get<bool>(std::string_view name) const;
template <>
std::int64_t Params::get<std::int64_t>(std::string_view name) const;
template <>
double Params::get<double>(std::string_view name) const;
template <>
std::string Params::get<std::string>(std::string_view name) const;

}  // namespace pegbox

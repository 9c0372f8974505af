#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace pegbox {

/// What a hyperparameter or a setting can be.
using Value = std::variant<bool, std::int64_t, double, std::string>;

/// Shortest text that reads back as the same value: `true`, `16`, `0.001`, `relu`.
std::string to_string(const Value& value);

/// Whether the value is a whole or a real number.
bool is_number(const Value& value);

/// Whether two values mean the same: a whole number equals the real one.
bool same_value(const Value& a, const Value& b);

/// The number in a `Value`; a boolean or a text has none and throws `std::bad_variant_access`.
double as_number(const Value& value);

}  // namespace pegbox

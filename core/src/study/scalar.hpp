#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <pegbox/value.hpp>

#include "document.hpp"

namespace pegbox {

/// A key of a map and its value.
using Entry = std::pair<std::string, Node>;

/// What a scalar's spelling says: in quotes a text, else `true` or `false`, a whole number, a real one, or a text.
/// Throws `StudyError` for numbers out of range and not finite, and for what is no scalar.
Value scalar_value(const Node& node);

/// A whole number, one written as a real (`1e3`, `20.0`) included, or nothing.
std::optional<std::int64_t> as_whole(const Value& value);

/// These throw `StudyError`, with the key and what would be right, where the value is of another type.
std::int64_t whole_number(const Entry& entry, std::int64_t low, std::int64_t high);
double real_number(const Entry& entry);
bool boolean(const Entry& entry);
std::string text(const Entry& entry);  ///< a number, too, as it is spelled

}  // namespace pegbox

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pegbox {

/// The known name that the given one was probably meant to be (edit distance at most a third of its length, swapped
/// neighbours counted once), or an empty text.
std::string nearest(std::string_view name, std::span<const std::string> known);

/// `; did you mean 'x'?` where a known name is near, else `; known are x, y, z`. Starts with "; ".
std::string suggestion(std::string_view name, std::vector<std::string> known);

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

namespace pegbox {

using Rows = std::vector<std::vector<std::string>>;

/// Rows of cells as text, columns aligned to the left and two spaces apart; no trailing spaces.
std::string aligned(const Rows& rows, const std::string& indent = "");

/// The same under a first row of names; columns of numbers are aligned to the right.
std::string table(const Rows& rows, const std::string& indent = "");

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

namespace pegbox {

/// Rows of cells as CSV: parted by commas, each row ended by a line break, and cells with a comma, a quote or a line
/// break in quotes, which are doubled in them (RFC 4180, but with the line breaks of Unix).
std::string csv_text(const std::vector<std::vector<std::string>>& rows);

}  // namespace pegbox

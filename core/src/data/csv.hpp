#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "table.hpp"

namespace pegbox {

/// Most different whole numbers in a target column that still count as classes.
inline constexpr std::size_t kMostWholeClasses = 32;

/// Reads comma-separated values (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF; a byte order
/// mark is passed over, and so are blanks around a value and blank lines at the end) with a header line. `target`
/// names the column to predict: texts, or whole numbers of at most `kMostWholeClasses` different values, are classes,
/// ordered by name or by number; other numbers are regression, and a text among such numbers is a mistake. All other
/// columns are numbers. Throws `StudyError` with `file:line` (and column name): a file that cannot be read, no such
/// column (with the nearest), no other column, a missing value, a value that is not a number or not a finite one in 32
/// bits, a row that is too long or too short, a quote that is not closed or out of place, fewer than two rows, one
/// value in the whole target column, two columns of one name or a column without, not UTF-8. `shape` is the one of a
/// row's inputs, none for [columns]; one that does not have as many numbers as there are columns is a mistake.
Table read_csv(const std::filesystem::path& file, const std::string& target,
               const std::vector<std::int64_t>& shape = {});

/// The same from a text; `source` names it in messages.
Table parse_csv(std::string_view text, const std::string& source, const std::string& target,
                const std::vector<std::int64_t>& shape = {});

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "table.hpp"

namespace pegbox {

/// Reads comma-separated values (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF; a byte order
/// mark is passed over) with a header line. `target` names the column to predict: texts, or whole numbers of at most
/// 32 different values (`kMostWholeClasses`), are classes, ordered by number or by name; other numbers are regression.
/// All other columns are numbers. Throws `StudyError` with `file:line` (and column name): no such column (with the
/// nearest), a missing value, a value that is not a finite number, a row that is too long or too short, a quote that
/// is not closed, fewer than two rows, one class only, two columns of one name, not UTF-8.
Table read_csv(const std::filesystem::path& file, const std::string& target);

/// The same from a text; `source` names it in messages.
Table parse_csv(std::string_view text, const std::string& source, const std::string& target);

}  // namespace pegbox

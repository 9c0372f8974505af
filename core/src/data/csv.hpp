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

/// What the columns of a CSV file are.
struct CsvChoice {
  std::vector<std::string> targets;          ///< to predict; several are numbers
  std::string group = {};                    ///< rows with one value there stay together when rows are split
  std::vector<std::string> columns = {};     ///< the inputs; none named: all other columns
  std::vector<std::string> ignore = {};      ///< not to be looked at
  std::vector<std::string> categories = {};  ///< inputs whose numbers are names
  Missing missing = Missing::refuse;
  WantedTask task = WantedTask::found;
  std::vector<std::int64_t> shape = {};  ///< of a row's inputs; empty: [inputs]
};

/// A text of comma-separated values; `source` names it in messages.
struct CsvText {
  std::string source;
  std::string_view text = {};
};

/// Reads comma-separated values (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF; a byte order
/// mark is passed over, and so are blanks around a value and blank lines at the end) with a header line.
///
/// A target column of texts, or of whole numbers of at most `kMostWholeClasses` different values, is classes, ordered
/// by name or by number; other numbers are regression, and a text among such numbers is a mistake; `task` says it
/// otherwise. An input column is of numbers, or of at most `kMostLevels` different texts, which become an input each,
/// ordered by name. A value is missing where nothing stands, or `nan`; one of target or group only `drop` allows.
///
/// Throws `StudyError` with `file:line` (and column name): a file that cannot be read, no such column (with the
/// nearest), no other column, a missing value, a value that is not a finite number in 32 bits among numbers, texts and
/// numbers in one column, a row that is too long or too short, a quote that is not closed or out of place, fewer than
/// two rows, one value in the whole target column, two columns of one name or a column without, not UTF-8, a shape that
/// does not have as many numbers as a row has inputs.
///
/// `test`: a file with the same columns, whose rows are the test part; texts and classes that the other file does not
/// have are mistakes. Without a name there is none.
Table read_csv(const std::filesystem::path& file, const CsvChoice& choice, const std::filesystem::path& test = {});

/// The same from texts.
Table parse_csv(const CsvText& text, const CsvChoice& choice, const CsvText& test = {});

}  // namespace pegbox

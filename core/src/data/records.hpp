#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace pegbox {

/// One value of a record, without its quotes and the blanks around it, and the line it begins in.
struct CsvCell {
  std::string_view text;
  std::size_t line;
};

/// Splits comma-separated values (RFC 4180) into records. Cells point into the text or into this object. Throws
/// `StudyError` with `source:line`.
class CsvRecords {
 public:
  /// Throws for a text that is not UTF-8. Passes over a byte order mark.
  CsvRecords(std::string_view text, const std::string& source);

  /// The next record, or false at the end. Blank lines may come after the last record only.
  bool next(std::vector<CsvCell>& record);

 private:
  bool at(char byte) const { return at_ < text_.size() && text_[at_] == byte; }
  void skip_blanks();
  bool skip_blank_lines();
  bool skip_line_end();
  std::string_view plain_value();
  std::string_view quoted_value();
  bool more_cells();

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::deque<std::string> unescaped_;  // values that had doubled quotes; a deque, since cells point into it
};

}  // namespace pegbox

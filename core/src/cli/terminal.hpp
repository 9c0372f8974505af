#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace pegbox {

/// A stream of this process that may be a terminal.
class Terminal {
 public:
  explicit Terminal(int descriptor) : descriptor_(descriptor) {}

  /// Whether lines can be written over: not in a file or pipe, not with TERM=dumb.
  bool writable() const;

  /// The same, and the user has not asked for no colours (NO_COLOR, no-color.org).
  bool coloured() const;

  std::size_t columns() const;  ///< 80 where that is not known
  std::size_t rows() const;     ///< 24 where that is not known

 private:
  int descriptor_;
};

/// As much of the text as fits into so many columns, whole letters only. A letter counts as one column.
std::string cut(std::string_view text, std::size_t columns);

/// Lines at the end of what a terminal shows, which are written over.
class Frame {
 public:
  Frame(std::ostream& stream, Terminal terminal) : stream_(stream), terminal_(terminal) {}

  /// Shows these lines in place of those before, each cut to the terminal's width.
  void show(const std::vector<std::string>& lines);

  /// Takes the lines away: what is written next stands where they stood.
  void clear();

 private:
  std::ostream& stream_;
  Terminal terminal_;
  std::size_t shown_ = 0;
};

}  // namespace pegbox

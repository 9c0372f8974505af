#include "records.hpp"

#include <algorithm>

#include "place.hpp"
#include "utf8.hpp"

namespace pegbox {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool blank(char byte) { return byte == ' ' || byte == '\t'; }

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Whether a value without quotes ends here. All such bytes are at most a comma, so most bytes need one comparison.
bool ends_value(char byte) { return byte <= ',' && (byte == ',' || byte == '\n' || byte == '\r' || byte == '"'); }

std::string without_doubled_quotes(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == '"') ++i;
  }
  return result;
}

}  // namespace

CsvRecords::CsvRecords(std::string_view text, const std::string& source) : text_(text), source_(source) {
  if (const auto fault = utf8_fault(text)) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*fault), '\n');
    refuse_line(source, static_cast<std::size_t>(line), "the text is not UTF-8; save the file in that encoding");
  }
  if (text.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

bool CsvRecords::next(std::vector<CsvCell>& record) {
  record.clear();
  if (at_ == text_.size()) return false;
  const std::size_t first_line = line_;
  if (skip_blank_lines()) {
    if (at_ == text_.size()) return false;
    refuse_line(source_, first_line, "the line is blank; leave it out");
  }
  do {
    skip_blanks();
    const std::size_t line = line_;
    record.push_back({at('"') ? quoted_value() : plain_value(), line});
  } while (more_cells());
  return true;
}

void CsvRecords::skip_blanks() {
  while (at_ < text_.size() && blank(text_[at_])) ++at_;
}

bool CsvRecords::skip_line_end() {
  const std::size_t length = text_.substr(at_).starts_with("\r\n") ? 2 : 1;
  if (length == 1 && !at('\n')) return false;
  at_ += length;
  ++line_;
  return true;
}

/// Whether there was one. Stays at the beginning of the first line that is not blank.
bool CsvRecords::skip_blank_lines() {
  bool any = false;
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    skip_blanks();
    if (at_ < text_.size() && !skip_line_end()) {
      at_ = begin;
      break;
    }
    any = true;
  }
  return any;
}

std::string_view CsvRecords::plain_value() {
  std::size_t end = at_;
  while (end < text_.size() && !ends_value(text_[end])) ++end;
  const std::string_view value = text_.substr(at_, end - at_);
  at_ = end;
  if (at('"')) refuse_line(source_, line_, "a quote inside a value; quote the whole value and double the quotes in it");
  return without_trailing_blanks(value);
}

std::string_view CsvRecords::quoted_value() {
  const std::size_t first_line = line_;
  const std::size_t begin = ++at_;
  bool doubled = false;
  for (;; at_ += 2) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) refuse_line(source_, first_line, "the quote that opens here is not closed");
    line_ += static_cast<std::size_t>(std::count(text_.begin() + at_, text_.begin() + quote, '\n'));
    at_ = quote;
    if (!text_.substr(quote).starts_with("\"\"")) break;
    doubled = true;
  }
  const std::string_view value = text_.substr(begin, at_ - begin);
  ++at_;
  skip_blanks();
  return doubled ? unescaped_.emplace_back(without_doubled_quotes(value)) : value;
}

/// Passes over what separates a value from the next. Whether that is one of the same record.
bool CsvRecords::more_cells() {
  if (at(',')) {
    ++at_;
    return true;
  }
  if (at_ == text_.size() || skip_line_end()) return false;
  if (at('\r')) refuse_line(source_, line_, "a carriage return without a line feed; end lines with LF or CRLF");
  refuse_line(source_, line_, "text after a closing quote; double the quotes inside a quoted value");
}

}  // namespace pegbox

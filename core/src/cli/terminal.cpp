#include "terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <unistd.h>

#include <sys/ioctl.h>

#include <pegbox/utf8.hpp>

namespace pegbox {
namespace {

winsize size_of(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return {};
  return size;
}

/// Empty where it is not set. No thread changes the environment.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

bool Terminal::writable() const {
  const std::string_view term = environment("TERM");
  return isatty(descriptor_) != 0 && !term.empty() && term != "dumb";
}

bool Terminal::coloured() const { return writable() && environment("NO_COLOR").empty(); }

std::size_t Terminal::columns() const {
  constexpr std::size_t kUnknown = 80;
  const std::size_t columns = size_of(descriptor_).ws_col;
  return columns == 0 ? kUnknown : columns;
}

std::size_t Terminal::rows() const {
  constexpr std::size_t kUnknown = 24;
  const std::size_t rows = size_of(descriptor_).ws_row;
  return rows == 0 ? kUnknown : rows;
}

std::string cut(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  for (std::size_t column = 0; column < columns && end < text.size(); ++column) {
    end += std::max<std::size_t>(utf8_length(text.substr(end)), 1);
  }
  return std::string(text.substr(0, end));
}

void Frame::show(const std::vector<std::string>& lines) {
  clear();
  const std::size_t room = terminal_.columns() - 1;
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + cut(line, room);
  stream_ << text << std::flush;
  shown_ = lines.size();
}

void Frame::clear() {
  if (shown_ == 0) return;
  std::string text = "\r\033[K";
  for (std::size_t line = 1; line < shown_; ++line) text += "\033[A\033[K";
  stream_ << text << std::flush;
  shown_ = 0;
}

}  // namespace pegbox

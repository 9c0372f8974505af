#include "table.hpp"

#include <algorithm>
#include <charconv>

#include <pegbox/utf8.hpp>

namespace pegbox {
namespace {

/// In letters, each of which counts as one column.
std::size_t width(std::string_view text) {
  std::size_t letters = 0;
  while (!text.empty()) {
    text.remove_prefix(std::max<std::size_t>(utf8_length(text), 1));
    ++letters;
  }
  return letters;
}

bool is_number(const std::string& cell) {
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return error == std::errc() && end == cell.data() + cell.size();
}

/// Whether the column has numbers below its name, and nothing else.
bool of_numbers(const Rows& rows, std::size_t column) {
  bool numbers = false;
  for (std::size_t row = 1; row < rows.size(); ++row) {
    if (column >= rows[row].size() || rows[row][column].empty()) continue;
    if (!is_number(rows[row][column])) return false;
    numbers = true;
  }
  return numbers;
}

struct Column {
  std::size_t width = 0;
  bool right = false;
};

std::vector<Column> columns_of(const Rows& rows) {
  std::vector<Column> columns;
  for (const auto& row : rows) {
    columns.resize(std::max(columns.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].width = std::max(columns[i].width, width(row[i]));
  }
  return columns;
}

std::string laid_out(const Rows& rows, const std::vector<Column>& columns, const std::string& indent) {
  std::string text;
  for (const auto& row : rows) {
    text += indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(columns[i].width - width(row[i]), ' ');
      text += columns[i].right ? space + row[i] : row[i];
      if (i + 1 < row.size()) text += (columns[i].right ? "" : space) + "  ";
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string aligned(const Rows& rows, const std::string& indent) { return laid_out(rows, columns_of(rows), indent); }

std::string table(const Rows& rows, const std::string& indent) {
  auto columns = columns_of(rows);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].right = of_numbers(rows, i);
  return laid_out(rows, columns, indent);
}

}  // namespace pegbox

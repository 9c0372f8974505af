#include "csv.hpp"

#include "replaced.hpp"

namespace pegbox {
namespace {

std::string cell_text(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  return '"' + replaced(cell, "\"", "\"\"") + '"';
}

}  // namespace

std::string csv_text(const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + cell_text(row[i]);
    text += '\n';
  }
  return text;
}

}  // namespace pegbox

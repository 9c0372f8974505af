#include "csv_rows.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "number.hpp"
#include "place.hpp"

namespace pegbox {
namespace {

using Row = std::vector<CsvCell>;

void check_length(const Row& row, const CsvLayout& layout, const std::string& source) {
  if (row.size() == layout.names.size()) return;
  refuse_line(source, row.front().line,
              "the row has " + std::to_string(row.size()) + " values, but the header names " +
                  std::to_string(layout.names.size()) + " columns");
}

/// `nan`, however it is written.
bool is_nan(std::string_view text) {
  if (text.size() < 3 || text.size() > 4) return false;
  const auto value = parse_number(text);
  return value && std::isnan(*value);
}

/// Reads rows, and knows which of their columns must have a value.
class RowReader {
 public:
  RowReader(const CsvLayout& layout, Missing missing, const std::string& source, CsvRows& rows)
      : layout_(layout), missing_(missing), source_(source), rows_(rows) {}

  void add(const Row& row) {
    check_length(row, layout_, source_);
    if (missing_ == Missing::drop && lacks_a_value(row)) {
      ++rows_.dropped;
      return;
    }
    for (std::size_t i = 0; i < layout_.inputs.size(); ++i) add_input(rows_.inputs[i], row[layout_.inputs[i]]);
    for (std::size_t i = 0; i < layout_.targets.size(); ++i) {
      const CsvCell& cell = row[layout_.targets[i]];
      need_value(cell, rows_.targets[i].column,
                 "a target is needed; fill it in, leave the row out or say missing: drop");
      rows_.targets[i].cells.push_back(cell);
    }
    if (layout_.group) add_group(row[*layout_.group]);
    ++rows_.rows;
  }

 private:
  bool lacks_a_value(const Row& row) const {
    const auto lacks = [&](std::size_t column) { return row[column].text.empty() || is_nan(row[column].text); };
    return std::any_of(layout_.inputs.begin(), layout_.inputs.end(), lacks) ||
           std::any_of(layout_.targets.begin(), layout_.targets.end(), lacks) ||
           (layout_.group && row[*layout_.group].text.empty());
  }

  void add_input(InputColumn& column, const CsvCell& cell) {
    const bool filled = missing_ == Missing::mean;
    if (filled && (cell.text.empty() || is_nan(cell.text))) return column.add_missing(cell, source_);
    need_value(cell, column.name(), "fill it in or leave the row out, or say missing: mean or missing: drop");
    column.add(cell, source_);
  }

  void add_group(const CsvCell& cell) {
    need_value(cell, layout_.names[*layout_.group], "fill it in, leave the row out or say missing: drop");
    const auto next = static_cast<std::int64_t>(groups_.size());
    rows_.groups.push_back(groups_.emplace(cell.text, next).first->second);
  }

  void need_value(const CsvCell& cell, const std::string& column, const char* advice) const {
    if (cell.text.empty()) refuse_line(source_, cell.line, "column '" + column + "' has no value; " + advice);
  }

  const CsvLayout& layout_;
  Missing missing_;
  const std::string& source_;
  CsvRows& rows_;
  std::map<std::string_view, std::int64_t> groups_;
};

}  // namespace

void read_rows(CsvRecords& records, const CsvLayout& layout, Missing missing, const std::string& source,
               CsvRows& rows) {
  RowReader reader(layout, missing, source, rows);
  Row row;
  while (records.next(row)) reader.add(row);
  for (InputColumn& column : rows.inputs) column.finish();
}

}  // namespace pegbox

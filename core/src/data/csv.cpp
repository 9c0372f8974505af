#include "csv.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>

#include "number.hpp"
#include "place.hpp"
#include "records.hpp"
#include "target.hpp"

namespace pegbox {
namespace {

using Names = std::vector<std::string>;

std::string contents(const std::filesystem::path& file) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  while (stream) {
    const std::size_t before = text.size();
    text.resize(before + kPiece);
    stream.read(text.data() + before, static_cast<std::streamsize>(kPiece));
    text.resize(before + static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.eof()) return text;
  throw StudyError("cannot read '" + file.string() + "': " + std::generic_category().message(errno));
}

void check_names(const Names& names, const std::string& source) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) {
      refuse_line(source, 1, "column " + std::to_string(i + 1) + " has no name; name it in the header or leave it out");
    }
  }
  Names sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const auto twin = std::adjacent_find(sorted.begin(), sorted.end());
  if (twin != sorted.end()) refuse_line(source, 1, "two columns are named " + shown(*twin) + "; rename one");
}

Names header(CsvRecords& records, const std::string& source) {
  std::vector<CsvCell> record;
  if (!records.next(record)) refuse_line(source, 1, "the file is empty; it needs a header line and at least two rows");
  Names names;
  for (const CsvCell& cell : record) names.emplace_back(cell.text);
  check_names(names, source);
  return names;
}

/// What to say to a name that no column has. A wide table's columns are not listed.
std::string hint(const std::string& name, const Names& names) {
  constexpr std::size_t kMostListed = 16;
  if (names.size() <= kMostListed || !nearest(name, names).empty()) return suggestion(name, names);
  return "; the header has " + std::to_string(names.size()) + " columns, " + shown(names.front()) + " to " +
         shown(names.back());
}

std::size_t target_column(const Names& names, const std::string& target, const std::string& source) {
  const auto found = std::find(names.begin(), names.end(), target);
  const bool alone = names.size() == 1;
  if (alone && names.front().find_first_of(";\t") != std::string::npos) {
    refuse_line(source, 1, "the header has no comma; separate columns by commas, not by semicolons or tabs");
  }
  if (found == names.end()) refuse_line(source, 1, "no column " + shown(target) + hint(target, names));
  if (alone) refuse_line(source, 1, "the only column is the target " + shown(target) + "; the inputs are missing");
  return static_cast<std::size_t>(found - names.begin());
}

void check_row(const std::vector<CsvCell>& row, const Names& names, const std::string& source) {
  if (row.size() != names.size()) {
    refuse_line(source, row.front().line,
                "the row has " + std::to_string(row.size()) + " values, but the header names " +
                    std::to_string(names.size()) + " columns");
  }
  const auto missing = std::find_if(row.begin(), row.end(), [](const CsvCell& cell) { return cell.text.empty(); });
  if (missing == row.end()) return;
  const auto column = static_cast<std::size_t>(missing - row.begin());
  refuse_line(source, missing->line, "column '" + names[column] + "' has no value; fill it in or leave the row out");
}

void check_shape(const std::vector<std::int64_t>& shape, std::size_t columns, const std::string& source) {
  if (shape.empty()) return;
  std::string text;
  double numbers = 1;  // of any sizes, without overflow
  for (const std::int64_t size : shape) {
    text += (text.empty() ? "" : ", ") + std::to_string(size);
    numbers *= static_cast<double>(size);
  }
  if (numbers == static_cast<double>(columns)) return;
  refuse_line(source, 1,
              "the sizes of the shape [" + text + "] do not multiply to " + std::to_string(columns) +
                  ", the number of columns besides the target");
}

float input(const CsvCell& cell, const std::string& column, const std::string& source) {
  const auto value = parse_number(cell.text);
  if (value && fits_float(*value)) return static_cast<float>(*value);
  const std::string found = "column '" + column + "' has " + shown(cell.text);
  if (value)
    refuse_line(source, cell.line, found + ", which is no finite number of 32 bits; mend it or leave the row out");
  refuse_line(source, cell.line,
              found + "; only numbers can be read yet, so give it as a number or leave the column out");
}

}  // namespace

Table parse_csv(std::string_view text, const std::string& source, const std::string& target,
                const std::vector<std::int64_t>& shape) {
  CsvRecords records(text, source);
  Names names = header(records, source);
  const std::size_t target_at = target_column(names, target, source);
  check_shape(shape, names.size() - 1, source);
  Table table;
  table.shape = shape;
  std::vector<CsvCell> row;
  std::vector<CsvCell> targets;
  while (records.next(row)) {
    check_row(row, names, source);
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (column != target_at) table.inputs.push_back(input(row[column], names[column], source));
    }
    targets.push_back(row[target_at]);
  }
  if (targets.size() < 2) {
    refuse_line(source, 1,
                "the header is followed by " + std::string(targets.empty() ? "no row" : "one row") +
                    "; at least two are needed, one to train on and one to validate on");
  }
  set_targets(table, targets, target, source);
  names.erase(names.begin() + static_cast<std::ptrdiff_t>(target_at));
  table.columns = std::move(names);
  return table;
}

Table read_csv(const std::filesystem::path& file, const std::string& target, const std::vector<std::int64_t>& shape) {
  return parse_csv(contents(file), file.string(), target, shape);
}

}  // namespace pegbox

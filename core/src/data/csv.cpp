#include "csv.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <pegbox/error.hpp>

#include "csv_header.hpp"
#include "csv_rows.hpp"
#include "input_column.hpp"
#include "place.hpp"
#include "sizes.hpp"
#include "target.hpp"

namespace pegbox {
namespace {

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

std::vector<TargetCells> target_columns(const CsvLayout& layout) {
  std::vector<TargetCells> columns;
  for (const std::size_t target : layout.targets) columns.push_back({layout.names[target], {}});
  return columns;
}

CsvRows first_rows(const CsvLayout& layout, const CsvChoice& choice) {
  CsvRows rows;
  for (const std::size_t input : layout.inputs) {
    const std::string& name = layout.names[input];
    const auto& names = choice.categories;
    rows.inputs.emplace_back(name, std::find(names.begin(), names.end(), name) != names.end());
  }
  rows.targets = target_columns(layout);
  return rows;
}

CsvRows more_rows(const CsvRows& known, const CsvLayout& layout) {
  CsvRows rows;
  for (const InputColumn& column : known.inputs) rows.inputs.push_back(column.for_more_rows());
  rows.targets = target_columns(layout);
  return rows;
}

void check_rows(const CsvRows& rows, const std::string& source) {
  if (rows.rows < 2) {
    const std::string left = rows.dropped == 0 ? "" : " of which no value is missing";
    refuse_line(source, 1,
                "the header is followed by " + std::string(rows.rows == 0 ? "no row" : "one row") + left +
                    "; at least two are needed, one to train on and one to validate on");
  }
  const auto empty =
      std::find_if(rows.inputs.begin(), rows.inputs.end(), [](const auto& one) { return one.is_empty(); });
  if (empty == rows.inputs.end()) return;
  refuse_line(source, 1, "column '" + empty->name() + "' has no value in any row; leave it out by ignore");
}

/// Where the inputs of each column begin; at the end how many there are.
std::vector<std::size_t> offsets(const std::vector<InputColumn>& columns) {
  std::vector<std::size_t> result{0};
  for (const InputColumn& column : columns) result.push_back(result.back() + column.encoding(0).count);
  return result;
}

Inputs inputs_of(const CsvRows& rows) {
  const std::vector<std::size_t> first = offsets(rows.inputs);
  std::vector<float> values(rows.rows * first.back());
  for (std::size_t row = 0; row < rows.rows; ++row) {
    float* const begin = values.data() + row * first.back();
    for (std::size_t i = 0; i < rows.inputs.size(); ++i) rows.inputs[i].write(row, begin + first[i]);
  }
  return Inputs(std::move(values));
}

void set_columns(Table& table, const CsvRows& rows) {
  const std::vector<std::size_t> first = offsets(rows.inputs);
  for (std::size_t i = 0; i < rows.inputs.size(); ++i) {
    table.encodings.push_back(rows.inputs[i].encoding(first[i]));
    const auto names = rows.inputs[i].input_names();
    table.columns.insert(table.columns.end(), names.begin(), names.end());
  }
}

void set_shape(Table& table, const std::vector<std::int64_t>& wanted, const std::string& source) {
  table.shape = wanted;
  if (wanted.empty()) table.shape = {static_cast<std::int64_t>(table.columns.size())};
  if (product(table.shape) == table.columns.size()) return;
  refuse_line(source, 1,
              "the sizes of the shape " + sizes_text(wanted) + " do not multiply to " +
                  std::to_string(table.columns.size()) + ", the number of columns besides the target");
}

/// Row by row what the columns have.
std::vector<double> interleaved(const std::vector<std::vector<double>>& columns) {
  std::vector<double> values;
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    for (const auto& column : columns) values.push_back(column[row]);
  }
  return values;
}

void set_targets(Table& table, const std::vector<TargetCells>& columns, WantedTask task, const std::string& source) {
  const bool several = columns.size() > 1;
  if (several && task == WantedTask::classification) {
    refuse_line(source, 1, "several targets are numbers to predict; name one target for classes");
  }
  std::vector<std::vector<double>> values;
  for (const TargetCells& column : columns) {
    Target target = read_target(column, several ? WantedTask::regression : task, source);
    values.push_back(std::move(target.values));
    table.classes = std::move(target.classes);
    table.targets.push_back(column.column);
  }
  table.outputs = columns.size();
  table.train.targets = interleaved(values);
}

void set_test(Table& table, const CsvText& text, const CsvRows& known, const CsvLayout& layout, Missing missing) {
  CsvRecords records(text.text, text.source);
  const CsvLayout same = read_same_header(records, layout, text.source);
  CsvRows rows = more_rows(known, same);
  read_rows(records, same, missing, text.source, rows);
  if (rows.rows == 0) refuse_line(text.source, 1, "no row to test on is there");
  std::vector<std::vector<double>> values;
  for (const TargetCells& column : rows.targets) {
    values.push_back(read_test_target(column, table.classes, text.source));
  }
  table.test = {rows.rows, inputs_of(rows), interleaved(values), rows.dropped};
}

}  // namespace

Table parse_csv(const CsvText& text, const CsvChoice& choice, const CsvText& test) {
  CsvRecords records(text.text, text.source);
  const CsvLayout layout = read_header(records, choice, text.source);
  CsvRows rows = first_rows(layout, choice);
  read_rows(records, layout, choice.missing, text.source, rows);
  check_rows(rows, text.source);
  Table table;
  table.missing = choice.missing;
  set_columns(table, rows);
  set_shape(table, choice.shape, text.source);
  set_targets(table, rows.targets, choice.task, text.source);
  table.train.rows = rows.rows;
  table.train.dropped = rows.dropped;
  table.train.inputs = inputs_of(rows);
  table.groups = rows.groups;
  if (!test.source.empty()) set_test(table, test, rows, layout, choice.missing);
  return table;
}

Table read_csv(const std::filesystem::path& file, const CsvChoice& choice, const std::filesystem::path& test) {
  const std::string text = contents(file);
  const std::string more = test.empty() ? "" : contents(test);
  return parse_csv({file.string(), text}, choice, {test.string(), more});
}

}  // namespace pegbox

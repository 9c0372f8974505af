#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "records.hpp"
#include "table.hpp"

namespace pegbox {

/// Most different texts in a column that is an input.
inline constexpr std::size_t kMostLevels = 64;

/// Collects a column of inputs cell by cell: of numbers, or of texts, each of which becomes an input.
class InputColumn {
 public:
  /// `category`: numbers are texts in this column.
  InputColumn(std::string name, bool category)
      : name_(std::move(name)), kind_(category ? Kind::text : Kind::unknown), category_(category) {}

  /// For other rows of this column: of the same kind and with no other texts. The column is finished.
  InputColumn for_more_rows() const;

  /// Throws `StudyError` with `source:line`: a text among numbers or a number among texts, a number that is not a
  /// finite one in 32 bits, one text too many.
  void add(const CsvCell& cell, const std::string& source);

  /// A row that has no value here. Throws where the column is of texts and known to have one in each row.
  void add_missing(const CsvCell& cell, const std::string& source);

  /// After the last cell, before one of those below.
  void finish();

  /// Whether no row has a value.
  bool is_empty() const { return kind_ == Kind::unknown; }

  const std::string& name() const { return name_; }

  /// How it becomes inputs, the first of them at this position.
  ColumnEncoding encoding(std::size_t first) const;

  /// Names of its inputs: its own, or `column=text`.
  std::vector<std::string> input_names() const;

  /// Writes the inputs of a row, all of which are 0 before.
  void write(std::size_t row, float* inputs) const;

 private:
  enum class Kind { unknown, number, text };

  void add_text(const CsvCell& cell, const std::string& source);
  void add_number(const CsvCell& cell, double value, const std::string& source);

  std::string name_;
  Kind kind_;
  bool category_;
  bool closed_ = false;        // no new texts
  bool missing_ = false;       // some rows have no value
  std::vector<float> values_;  // one for each row: its number, or its text's number; NaN where there is no value
  std::map<std::string, std::size_t, std::less<>> levels_;  // texts by name, numbered as they appeared
  std::vector<std::size_t> ranks_;                          // of these numbers: positions by name
};

}  // namespace pegbox

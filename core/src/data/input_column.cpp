#include "input_column.hpp"

#include <cmath>
#include <limits>

#include "number.hpp"
#include "place.hpp"

namespace pegbox {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

[[noreturn]] void refuse(const std::string& column, const CsvCell& cell, const std::string& source,
                         const std::string& why) {
  refuse_line(source, cell.line, "column '" + column + "' has " + shown(cell.text) + why);
}

}  // namespace

InputColumn InputColumn::for_more_rows() const {
  InputColumn column(name_, category_);
  column.kind_ = kind_;
  column.levels_ = levels_;
  column.closed_ = true;
  return column;
}

void InputColumn::add(const CsvCell& cell, const std::string& source) {
  const auto value = category_ ? std::nullopt : parse_number(cell.text);
  if (value) return add_number(cell, *value, source);
  if (kind_ == Kind::number) {
    refuse(name_, cell, source, " among numbers; put a number there, leave the row out, or ignore the column");
  }
  kind_ = Kind::text;
  add_text(cell, source);
}

void InputColumn::add_number(const CsvCell& cell, double value, const std::string& source) {
  if (!fits_float(value)) {
    refuse(name_, cell, source, ", which is no finite number of 32 bits; mend it or leave the row out");
  }
  if (kind_ == Kind::text) {
    refuse(name_, cell, source, " among texts; name the column in categories, where numbers are texts, or ignore it");
  }
  kind_ = Kind::number;
  values_.push_back(static_cast<float>(value));
}

void InputColumn::add_text(const CsvCell& cell, const std::string& source) {
  auto level = levels_.find(cell.text);
  if (level == levels_.end()) {
    if (closed_) refuse(name_, cell, source, ", which no row to learn from has there");
    if (levels_.size() == kMostLevels) {
      refuse(name_, cell, source,
             ", one more than " + std::to_string(kMostLevels) +
                 " different texts; leave the column out by ignore, or name those to use in columns");
    }
    const std::size_t number = levels_.size();
    level = levels_.emplace(cell.text, number).first;
  }
  values_.push_back(static_cast<float>(level->second));
}

void InputColumn::add_missing(const CsvCell& cell, const std::string& source) {
  if (closed_ && kind_ == Kind::text && !levels_.contains("")) {
    refuse_line(source, cell.line, "column '" + name_ + "' has no value, but one in each row to learn from");
  }
  missing_ = true;
  values_.push_back(kMissing);
}

void InputColumn::finish() {
  if (missing_ && kind_ == Kind::text && !closed_) {
    const std::size_t number = levels_.size();
    levels_.emplace("", number);
  }
  ranks_.resize(levels_.size());
  std::size_t rank = 0;
  for (const auto& [name, number] : levels_) ranks_[number] = rank++;
}

ColumnEncoding InputColumn::encoding(std::size_t first) const {
  ColumnEncoding encoding{name_, {}, missing_, first};
  for (const auto& [level, number] : levels_) encoding.levels.push_back(level);
  if (kind_ == Kind::text) encoding.count = levels_.size();
  return encoding;
}

std::vector<std::string> InputColumn::input_names() const {
  if (kind_ != Kind::text) return {name_};
  std::vector<std::string> names;
  for (const auto& [level, number] : levels_) names.push_back(name_ + '=' + level);
  return names;
}

void InputColumn::write(std::size_t row, float* inputs) const {
  const float value = values_[row];
  if (kind_ != Kind::text) {
    *inputs = value;
  } else {
    // A row without a value has the level '', the first by name.
    inputs[std::isnan(value) ? 0 : ranks_[static_cast<std::size_t>(value)]] = 1;
  }
}

}  // namespace pegbox

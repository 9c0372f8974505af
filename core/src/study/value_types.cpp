#include "value_types.hpp"

#include <algorithm>
#include <string_view>

#include "duration.hpp"
#include "mistake.hpp"
#include "size.hpp"

namespace pegbox {
namespace {

/// A number without a sign, as a regular expression.
const std::string& number_pattern() {
  static const std::string pattern = "[0-9]+\\.?[0-9]*([eE][+-]?[0-9]+)?";
  return pattern;
}

Form number_above_zero() { return {.kind = Form::Kind::number, .name = "number above 0", .above = 0}; }

/// `a, b or c`.
std::string listed(const std::vector<std::string>& words) {
  std::string text = words.front();
  for (std::size_t i = 1; i < words.size(); ++i) text += (i + 1 < words.size() ? ", " : " or ") + words[i];
  return text;
}

}  // namespace

Form AnyText::form() const { return {.kind = Form::Kind::text, .name = name}; }

Form AnyValue::form() const { return {.kind = Form::Kind::text, .name = "value"}; }

std::string Words::read(const Entry& entry) const {
  std::string word = text(entry);
  if (std::find(words.begin(), words.end(), word) != words.end()) return word;
  throw mistake(entry.second.place, "'" + entry.first + "' is " + listed(words) + ", not " + shown(entry.second));
}

Form Words::form() const {
  std::string name;
  for (const std::string& word : words) name += (name.empty() ? "`" : ", `") + word + '`';
  return {.kind = Form::Kind::words, .name = name, .words = words};
}

Form WholeNumber::form() const {
  constexpr std::int64_t kUnlimited = 1'000'000'000;  // whoever comes there has another problem
  const std::string from = std::to_string(low);
  const std::string name = high < kUnlimited ? from + " to " + std::to_string(high) : "whole number from " + from;
  return {.kind = Form::Kind::whole, .name = name, .low = low, .high = high};
}

Form AnyNumber::form() const { return {.kind = Form::Kind::number, .name = "number"}; }

double HeldOut::read(const Entry& entry) const {
  const double part = real_number(entry);
  if (part > 0 && part < 1) return part;
  throw mistake(entry.second.place, "'" + entry.first +
                                        "' is the part of the data that is held out, above 0 and below 1, not " +
                                        shown(entry.second));
}

Form HeldOut::form() const {
  return {.kind = Form::Kind::number, .name = "number above 0, below 1", .above = 0, .below = 1};
}

Form TrueOrFalse::form() const { return {.kind = Form::Kind::boolean, .name = "boolean"}; }

double Time::read(const Entry& entry) const { return duration(entry); }

Form Time::form() const {
  std::string units;
  for (const char unit : std::string_view("dhms")) units += '(' + number_pattern() + unit + ")?";
  const std::string pattern = "^(" + number_pattern() + "|(?=.)" + units + ")$";
  return any_form("time, as `10m`",
                  {number_above_zero(), {.kind = Form::Kind::text, .name = "text", .pattern = pattern}});
}

std::int64_t Bytes::read(const Entry& entry) const { return size(entry); }

Form Bytes::form() const {
  const std::string pattern = '^' + number_pattern() + " *([kKMGT]?B)?$";
  return any_form("size, as `2GB`",
                  {number_above_zero(), {.kind = Form::Kind::text, .name = "text", .pattern = pattern}});
}

}  // namespace pegbox

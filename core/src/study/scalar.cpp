#include "scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "mistake.hpp"

namespace pegbox {
namespace {

enum class Spelling { word, whole, real };

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_sign(char letter) { return letter == '+' || letter == '-'; }

Spelling spelling(std::string_view text) {
  const auto skip_sign = [&] { text.remove_prefix(!text.empty() && is_sign(text.front()) ? 1 : 0); };
  const auto skip_digits = [&] {
    const auto count = std::find_if_not(text.begin(), text.end(), is_digit) - text.begin();
    text.remove_prefix(static_cast<std::size_t>(count));
    return count;
  };
  skip_sign();
  auto digits = skip_digits();
  if (text.empty()) return digits > 0 ? Spelling::whole : Spelling::word;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return Spelling::word;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    skip_sign();
    if (skip_digits() == 0) return Spelling::word;
  }
  return text.empty() ? Spelling::real : Spelling::word;
}

/// `nan`, `.inf` and the like.
bool is_not_finite(std::string_view text) {
  if (!text.empty() && is_sign(text.front())) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  std::string word(text);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  return word == "nan" || word == "inf" || word == "infinity";
}

template <class Number>
Number number(const Node& node, const char* fault) {
  std::string_view text = node.text;
  if (text.starts_with('+')) text.remove_prefix(1);
  Number result{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc() || end != text.data() + text.size()) throw mistake(node.place, shown(node) + fault);
  return result;
}

StudyError wrong(const Entry& entry, const std::string& wanted) {
  return mistake(entry.second.place, "'" + entry.first + "' is " + wanted + ", not " + shown(entry.second));
}

}  // namespace

Value scalar_value(const Node& node) {
  if (node.kind != Node::Kind::scalar) {
    throw mistake(node.place, "a text, a number, true or false is wanted here, not " + shown(node));
  }
  const std::string& text = node.text;
  if (node.quoted) return text;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (is_not_finite(text)) {
    throw mistake(node.place, text + " is not a finite number; put it in quotes if a text is meant");
  }
  switch (spelling(text)) {
    case Spelling::whole:
      return number<std::int64_t>(node, " is out of the range of whole numbers (64 bits)");
    case Spelling::real:
      return number<double>(node, " is out of the range of real numbers (64 bits)");
    case Spelling::word:
      break;
  }
  return text;
}

std::optional<std::int64_t> as_whole(const Value& value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  const auto* real = std::get_if<double>(&value);
  if (real == nullptr || std::abs(*real) > kExact || *real != std::floor(*real)) return {};
  return static_cast<std::int64_t>(*real);
}

std::int64_t whole_number(const Entry& entry, std::int64_t low, std::int64_t high) {
  const auto wanted = "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  if (entry.second.kind != Node::Kind::scalar) throw wrong(entry, wanted);
  const auto whole = as_whole(scalar_value(entry.second));
  if (!whole || *whole < low || *whole > high) throw wrong(entry, wanted);
  return *whole;
}

double real_number(const Entry& entry) {
  if (entry.second.kind != Node::Kind::scalar) throw wrong(entry, "a number");
  const Value value = scalar_value(entry.second);
  if (std::holds_alternative<bool>(value) || std::holds_alternative<std::string>(value)) throw wrong(entry, "a number");
  return as_number(value);
}

bool boolean(const Entry& entry) {
  if (entry.second.kind != Node::Kind::scalar) throw wrong(entry, "true or false");
  const Value value = scalar_value(entry.second);
  const auto* flag = std::get_if<bool>(&value);
  if (flag == nullptr) throw wrong(entry, "true or false");
  return *flag;
}

std::string text(const Entry& entry) {
  if (entry.second.kind != Node::Kind::scalar) throw wrong(entry, "a text");
  return entry.second.text;
}

}  // namespace pegbox

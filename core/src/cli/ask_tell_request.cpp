#include "ask_tell_request.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <pegbox/nearest.hpp>

namespace pegbox {
namespace {

/// Sorted keys: a line may have very many.
using Line = nlohmann::json;

struct Operation {
  std::string name;
  AskTellRequest::Op op;
  std::vector<std::string> keys;
};

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"ask", AskTellRequest::Op::ask, {"op"}},
      {"report", AskTellRequest::Op::report, {"op", "trial", "step", "value", "values"}},
      {"tell", AskTellRequest::Op::tell, {"op", "trial", "params", "value", "values", "state", "error"}}};
  return all;
}

std::string quoted(const std::string& text) {
  constexpr std::size_t kLongest = 60;
  return '\'' + (text.size() > kLongest ? text.substr(0, kLongest) + "…" : text) + '\'';
}

std::string shown(const Line& json) {
  if (json.is_array()) return "a list";
  if (json.is_object()) return "an object";
  return json.is_string() ? quoted(json.get<std::string>()) : json.dump();
}

/// The line with `null` for the numbers that JSON has no names for, as some languages write them nevertheless.
std::string with_nulls(std::string_view line) {
  constexpr std::array<std::string_view, 3> kNames{"NaN", "Infinity", "-Infinity"};
  std::string text;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto* name = std::ranges::find_if(kNames, [&](auto one) { return line.substr(i).starts_with(one); });
    if (!in_string && name != kNames.end()) {
      text += "null";
      i += name->size() - 1;
      continue;
    }
    if (line[i] == '"') in_string = !in_string;
    text += line[i];
    if (in_string && line[i] == '\\' && i + 1 < line.size()) text += line[++i];
  }
  return text;
}

Line parsed(std::string_view line) {
  Line json = Line::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) json = Line::parse(with_nulls(line), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw ClientMistake(R"(the line is not JSON; it is one object, such as {"op":"ask"})");
  if (json.is_object()) return json;
  throw ClientMistake(R"(the line is one JSON object, such as {"op":"ask"}, not )" + shown(json));
}

const Operation& operation(const Line& line) {
  const auto found = line.find("op");
  if (found == line.end()) throw ClientMistake("'op' is missing: it is ask, report or tell");
  if (!found->is_string()) throw ClientMistake("'op' is ask, report or tell, not " + shown(*found));
  const auto name = found->get<std::string>();
  std::vector<std::string> names;
  for (const Operation& one : operations()) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  throw ClientMistake("unknown op " + quoted(name) + suggestion(name, names));
}

void check_keys(const Line& line, const Operation& operation) {
  for (const auto& [key, value] : line.items()) {
    if (std::ranges::find(operation.keys, key) != operation.keys.end()) continue;
    throw ClientMistake("unknown key " + quoted(key) + " of " + operation.name + suggestion(key, operation.keys));
  }
}

template <class Number>
Number whole_number(const Line& line, const std::string& key) {
  const auto found = line.find(key);
  if (found == line.end()) throw ClientMistake("'" + key + "' is missing, a whole number");
  const bool fits =
      found->is_number_unsigned()
          ? found->get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max())
          : found->is_number_integer() && found->get<std::int64_t>() >= std::numeric_limits<Number>::min();
  if (fits) return found->get<Number>();
  throw ClientMistake("'" + key + "' is a whole number from 0, not " + shown(*found));
}

std::string text(const Line& line, const std::string& key) {
  const auto found = line.find(key);
  if (found == line.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  throw ClientMistake("'" + key + "' is a text, not " + shown(*found));
}

/// A null stands for a number that is not finite.
double number(const Line& json, const std::string& key) {
  if (json.is_number()) return json.get<double>();
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  throw ClientMistake("'" + key + "' takes numbers, not " + shown(json));
}

/// None where the line has neither `value` nor `values`.
std::vector<double> values(const Line& line, std::size_t objectives) {
  const std::string several = "the study has " + std::to_string(objectives) + " objectives";
  const auto one = line.find("value");
  const auto list = line.find("values");
  if (one != line.end() && list != line.end())
    throw ClientMistake("'value' and 'values' are there; one of them is enough");
  if (one != line.end()) {
    if (objectives == 1) return {number(*one, "value")};
    throw ClientMistake(several + ": they are told as 'values', a list");
  }
  if (list == line.end()) return {};
  if (!list->is_array()) throw ClientMistake("'values' is a list of numbers, not " + shown(*list));
  if (list->size() != objectives) {
    throw ClientMistake("'values' has " + std::to_string(list->size()) + " numbers, but " +
                        (objectives == 1 ? "the study has one objective" : several));
  }
  std::vector<double> numbers;
  for (const Line& json : *list) numbers.push_back(number(json, "values"));
  return numbers;
}

Value param(const std::string& name, const Line& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_string()) return json.get<std::string>();
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool whole = json.is_number_unsigned() ? json.get<std::uint64_t>() <= kMost : json.is_number_integer();
  if (whole) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  throw ClientMistake("hyperparameter " + quoted(name) + " is a number, a text, true or false, not " + shown(json));
}

Params params(const Line& json) {
  if (!json.is_object()) throw ClientMistake("'params' is an object of hyperparameters, not " + shown(json));
  Params point;
  for (const auto& [name, value] : json.items()) point.set(name, param(name, value));
  return point;
}

State state(const Line& line) {
  const std::string word = text(line, "state");
  if (word.empty() || word == "complete") return State::complete;
  if (word == "pruned") return State::pruned;
  if (word == "failed") return State::failed;
  throw ClientMistake("'state' is complete, pruned or failed, not " + quoted(word));
}

/// Whether the line says a value: nothing is told by a null beside another state than complete.
bool says_value(const Line& line) {
  return std::ranges::any_of(std::array{"value", "values"},
                             [&](const char* key) { return line.contains(key) && !line.at(key).is_null(); });
}

Result result(const Line& line, std::size_t objectives) {
  Result result{.state = state(line), .values = {}, .error = text(line, "error")};
  if (!result.error.empty() && result.state != State::failed) {
    throw ClientMistake("'error' is there, so 'state' must be failed");
  }
  if (result.state == State::complete) {
    result.values = values(line, objectives);
  } else if (says_value(line)) {
    throw ClientMistake(result.state == State::failed
                            ? "a failed trial has no value"
                            : "a pruned trial has the value of its last report, so that none is told");
  }
  return result;
}

AskTellRequest report_request(const Line& line, std::size_t objectives) {
  AskTellRequest request{.op = AskTellRequest::Op::report};
  request.trial = whole_number<int>(line, "trial");
  request.step = whole_number<Budget>(line, "step");
  request.result.values = values(line, objectives);
  if (request.result.values.empty()) throw ClientMistake("the report has no value");
  return request;
}

AskTellRequest tell_request(const Line& line, std::size_t objectives) {
  AskTellRequest request{.op = AskTellRequest::Op::tell};
  request.result = result(line, objectives);
  if (!line.contains("params")) {
    request.trial = whole_number<int>(line, "trial");
    return request;
  }
  if (line.contains("trial"))
    throw ClientMistake("'trial' and 'params' are there; a trial that was asked for has its params");
  request.params = params(line.at("params"));
  if (request.result.state == State::complete && request.result.values.empty()) {
    throw ClientMistake("the point has no value");
  }
  return request;
}

}  // namespace

AskTellRequest ask_tell_request(std::string_view line, std::size_t objectives) {
  const Line json = parsed(line);
  const Operation& said = operation(json);
  check_keys(json, said);
  if (said.op == AskTellRequest::Op::report) return report_request(json, objectives);
  if (said.op == AskTellRequest::Op::tell) return tell_request(json, objectives);
  return {};
}

}  // namespace pegbox

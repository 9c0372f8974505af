#include "json.hpp"

#include <cmath>

namespace pegbox {
namespace {

Json condition_json(const Condition& condition) {
  if (condition.values.empty()) {
    Json range = Json::object();
    if (std::isfinite(condition.low)) range["low"] = condition.low;
    if (std::isfinite(condition.high)) range["high"] = condition.high;
    return range;
  }
  Json values = Json::array();
  for (const Value& value : condition.values) values.push_back(to_json(value));
  return values;
}

std::vector<Value> values_from(const Json& json) {
  std::vector<Value> values;
  for (const Json& value : json) values.push_back(value_from(value));
  return values;
}

Condition condition_from(const std::string& parameter, const Json& json) {
  Condition condition{parameter};
  if (json.is_array()) {
    condition.values = values_from(json);
    return condition;
  }
  condition.low = json.value("low", condition.low);
  condition.high = json.value("high", condition.high);
  return condition;
}

}  // namespace

Json to_json(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

Json to_json(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return to_json(*real);
  return std::visit([](const auto& plain) { return Json(plain); }, value);
}

Json to_json(const Domain& domain) {
  Json json;
  if (const auto* real = std::get_if<Real>(&domain)) {
    json = {{"type", "real"}, {"low", real->low}, {"high", real->high}, {"log", real->log}};
    if (real->step > 0) json["step"] = real->step;
  } else if (const auto* integer = std::get_if<Integer>(&domain)) {
    json = {{"type", "int"},
            {"low", integer->low},
            {"high", integer->high},
            {"log", integer->log},
            {"step", integer->step}};
  } else if (const auto* choice = std::get_if<Choice>(&domain)) {
    json = {{"type", "choice"}, {"choices", Json::array()}};
    for (const Value& value : choice->choices) json["choices"].push_back(to_json(value));
  } else {
    json = {{"type", "boolean"}};
  }
  return json;
}

Json to_json(const Params& params) {
  Json json = Json::object();
  for (const auto& [name, value] : params) json[name] = to_json(value);
  return json;
}

Json to_json(const SearchSpace& space) {
  Json json = Json::object();
  for (std::size_t i = 0; i < space.size(); ++i) {
    Json entry = to_json(space[i].domain);
    entry["default"] = to_json(space.initial(i));
    for (const Condition& condition : space[i].when) entry["when"][condition.parameter] = condition_json(condition);
    json[space[i].name] = std::move(entry);
  }
  return json;
}

Json to_json(const std::vector<Objective>& objectives) {
  Json json = Json::array();
  for (const Objective& objective : objectives) {
    json.push_back({{"metric", objective.metric}, {"direction", objective.maximize ? "maximize" : "minimize"}});
  }
  return json;
}

Value value_from(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_number()) return json.get<std::int64_t>();
  return json.get<std::string>();
}

Domain domain_from(const Json& json) {
  const std::string type = json.at("type");
  if (type == "real") return Real{json.at("low"), json.at("high"), json.at("log"), json.value("step", 0.0)};
  if (type == "int") return Integer{json.at("low"), json.at("high"), json.at("log"), json.at("step")};
  if (type == "choice") return Choice{values_from(json.at("choices"))};
  return Boolean{};
}

SearchSpace space_from(const Json& json) {
  std::vector<Parameter> parameters;
  for (const auto& [name, entry] : json.items()) {
    Parameter parameter{name, domain_from(entry), value_from(entry.at("default")), {}};
    if (entry.contains("when")) {
      for (const auto& [parent, condition] : entry["when"].items()) {
        parameter.when.push_back(condition_from(parent, condition));
      }
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

std::string printed(const Json& json) {
  constexpr int kIndent = 2;
  return json.dump(kIndent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

}  // namespace pegbox

#include <stdexcept>

#include <pegbox/params.hpp>

namespace pegbox {
namespace {

std::invalid_argument mismatch(std::string_view name, const Value& value, const char* type) {
  return std::invalid_argument("'" + std::string(name) + "' is " + to_string(value) + ", not " + type);
}

}  // namespace

const Value& Params::at(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::out_of_range("there is no value '" + std::string(name) + "'");
  return found->second;
}

template <>
bool Params::get<bool>(std::string_view name) const {
  const Value& value = at(name);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  throw mismatch(name, value, "true or false");
}

template <>
std::int64_t Params::get<std::int64_t>(std::string_view name) const {
  const Value& value = at(name);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  throw mismatch(name, value, "a whole number");
}

template <>
double Params::get<double>(std::string_view name) const {
  const Value& value = at(name);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  throw mismatch(name, value, "a number");
}

template <>
std::string Params::get<std::string>(std::string_view name) const {
  const Value& value = at(name);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  throw mismatch(name, value, "a text");
}

}  // namespace pegbox

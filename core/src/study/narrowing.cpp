#include "narrowing.hpp"

#include <algorithm>
#include <cmath>

#include "mistake.hpp"

namespace pegbox {
namespace {

StudyError about(const SpaceEntry& entry, const std::string& place, const std::string& what) {
  return mistake(place, "hyperparameter '" + entry.name + "' " + what);
}

/// Why the value is not of the domain's type, whatever its range, or nothing; of choices it must be one.
std::optional<std::string> type_misfit(const Domain& domain, const Value& value) {
  if (std::holds_alternative<Real>(domain)) {
    if (std::holds_alternative<double>(value)) return {};
    return to_string(value) + " is not a number";
  }
  if (std::holds_alternative<Integer>(domain)) {
    if (std::holds_alternative<std::int64_t>(value)) return {};
    return to_string(value) + " is not a whole number";
  }
  return misfit(domain, value);
}

/// The value in the domain's own type.
Value typed(const Domain& domain, const SpaceEntry& entry, const Placed& given) {
  Value value = conform(domain, given.value);
  const auto why = type_misfit(domain, value);
  if (!why) return value;
  throw about(entry, given.place, "is " + to_string(domain) + ", but " + *why);
}

std::vector<Value> typed(const Domain& domain, const SpaceEntry& entry, const std::vector<Placed>& given) {
  std::vector<Value> values;
  for (const Placed& one : given) values.push_back(typed(domain, entry, one));
  return values;
}

Domain fixed_domain(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return Real{*real, *real};
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return Integer{*whole, *whole};
  return Choice{{value}};
}

Domain chosen_domain(std::vector<Value> values) {
  const bool booleans = values.size() == 2 && std::holds_alternative<bool>(values[0]) &&
                        std::holds_alternative<bool>(values[1]) && values[0] != values[1];
  if (booleans) return Boolean{};
  return Choice{std::move(values)};
}

/// The range with what the entry says of it.
template <class Range>
Domain ranged_domain(Range range, const SpaceEntry& entry) {
  using Number = decltype(range.low);
  const auto take = [&](const std::optional<Placed>& given, Number& number) {
    if (given) number = std::get<Number>(typed(range, entry, *given));
  };
  take(entry.low, range.low);
  take(entry.high, range.high);
  take(entry.step, range.step);
  if (entry.log) range.log = *entry.log;
  return range;
}

void check_type(const Domain& base, const SpaceEntry& entry) {
  if (!entry.type) return;
  const bool fits = *entry.type == DomainType::real      ? std::holds_alternative<Real>(base)
                    : *entry.type == DomainType::integer ? std::holds_alternative<Integer>(base)
                    : *entry.type == DomainType::boolean ? std::holds_alternative<Boolean>(base)
                                                         : std::holds_alternative<Choice>(base) || entry.choices;
  if (!fits) throw about(entry, entry.type_place, "is " + to_string(base) + ", which is of another type");
}

/// Listed numbers are a proposal, as a range is: a study may name others. Listed texts are all that a model knows.
Domain loosened(const Domain& base) {
  const auto* choice = std::get_if<Choice>(&base);
  if (choice == nullptr || !numeric(base)) return base;
  const auto& values = choice->choices;
  const auto less = [](const Value& a, const Value& b) { return as_number(a) < as_number(b); };
  const auto whole = [](const Value& value) { return std::holds_alternative<std::int64_t>(value); };
  const auto [low, high] = std::minmax_element(values.begin(), values.end(), less);
  if (std::all_of(values.begin(), values.end(), whole))
    return Integer{std::get<std::int64_t>(*low), std::get<std::int64_t>(*high)};
  return Real{as_number(*low), as_number(*high)};
}

Domain narrowed_domain(const Domain& proposed, const SpaceEntry& entry) {
  const bool said = entry.fixed || entry.choices || !entry.range_place.empty();
  Domain base = said ? loosened(proposed) : proposed;
  check_type(base, entry);
  if (entry.fixed) {
    const Value value = typed(base, entry, *entry.fixed);
    return std::holds_alternative<Choice>(base) ? Choice{{value}} : fixed_domain(value);
  }
  if (entry.choices) return chosen_domain(typed(base, entry, *entry.choices));
  if (entry.range_place.empty()) return base;
  if (const auto* real = std::get_if<Real>(&base)) return ranged_domain(*real, entry);
  if (const auto* integer = std::get_if<Integer>(&base)) return ranged_domain(*integer, entry);
  throw about(entry, entry.range_place, "is " + to_string(base) + ": it takes a list of these, not a range");
}

void check(const Domain& domain, const SpaceEntry& entry) {
  if (const auto why = fault(domain)) throw mistake(entry.place, "hyperparameter '" + entry.name + "': " + *why);
}

Value checked_default(const Domain& domain, const SpaceEntry& entry) {
  Value value = conform(domain, entry.initial->value);
  if (const auto why = misfit(domain, value)) {
    throw mistake(entry.initial->place, "hyperparameter '" + entry.name + "': its default " + *why);
  }
  return value;
}

std::int64_t nearest_value(const Integer& range, std::int64_t value) {
  if (value <= range.low) return range.low;
  const std::int64_t last = range.low + (cardinality(range) - 1) * range.step;
  if (value >= last) return last;
  const std::int64_t past = (value - range.low) % range.step;
  return past * 2 < range.step ? value - past : value - past + range.step;
}

double nearest_value(const Real& range, double value) {
  value = std::clamp(value, range.low, range.high);
  if (range.step == 0) return value;
  const auto last = static_cast<double>(cardinality(range) - 1);
  const double k = std::min(std::round((value - range.low) / range.step), last);
  return std::min(range.low + k * range.step, range.high);
}

/// The default that is kept, moved where it no longer fits. Of choices the first needs no saying.
std::optional<Value> kept_default(const Parameter& base, const Value& usual, const Domain& domain) {
  if (std::holds_alternative<Choice>(domain)) {
    const Value value = conform(domain, usual);
    return misfit(domain, value) ? std::nullopt : std::optional(value);
  }
  if (!base.initial) return {};
  if (const auto* real = std::get_if<Real>(&domain)) return nearest_value(*real, as_number(*base.initial));
  if (const auto* whole = std::get_if<Integer>(&domain)) {
    return nearest_value(*whole, std::get<std::int64_t>(*base.initial));
  }
  return base.initial;
}

bool is_real(const Placed& one) { return std::holds_alternative<double>(one.value); }

/// Choices with one real number are real; whole ones among them are written short.
Domain added_choices(const SpaceEntry& entry) {
  const bool real =
      entry.type == DomainType::real || std::any_of(entry.choices->begin(), entry.choices->end(), is_real);
  const bool whole = entry.type == DomainType::integer;
  std::vector<Value> values;
  for (const Placed& one : *entry.choices) {
    Value value = one.value;
    if (real) value = conform(Real{0, 0}, value);
    if (whole) value = conform(Integer{0, 0}, value);
    const bool fits = entry.type == DomainType::real      ? std::holds_alternative<double>(value)
                      : whole                             ? std::holds_alternative<std::int64_t>(value)
                      : entry.type == DomainType::boolean ? std::holds_alternative<bool>(value)
                                                          : true;
    if (!fits) throw about(entry, one.place, "has the choice " + to_string(value) + ", which is not of its type");
    values.push_back(std::move(value));
  }
  return chosen_domain(std::move(values));
}

Domain added_range(const SpaceEntry& entry) {
  if (entry.type == DomainType::choice) throw about(entry, entry.type_place, "is of type choice and needs choices");
  if (!entry.low || !entry.high) {
    throw about(entry, entry.place, "is known from here alone: it needs both low and high, or choices, or a value");
  }
  if (entry.type == DomainType::boolean) {
    throw about(entry, entry.range_place, "is of type boolean, so that a range has no place");
  }
  const auto given_real = [](const std::optional<Placed>& one) { return one && is_real(*one); };
  const bool real =
      given_real(entry.low) || given_real(entry.high) || given_real(entry.step) || given_real(entry.initial);
  if (entry.type == DomainType::real || (!entry.type && real)) return ranged_domain(Real{0, 0}, entry);
  return ranged_domain(Integer{0, 0}, entry);
}

Domain added_domain(const SpaceEntry& entry) {
  if (entry.fixed) return fixed_domain(entry.fixed->value);
  if (entry.choices) return added_choices(entry);
  if (entry.type == DomainType::boolean && entry.range_place.empty()) return Boolean{};
  return added_range(entry);
}

}  // namespace

Parameter narrowed(const Parameter& base, const Value& usual, const SpaceEntry& entry) {
  Parameter result = base;
  result.domain = narrowed_domain(base.domain, entry);
  check(result.domain, entry);
  if (entry.initial) {
    result.initial = checked_default(result.domain, entry);
  } else if (result.domain != base.domain) {
    result.initial = kept_default(base, usual, result.domain);
  }
  return result;
}

Parameter added(const SpaceEntry& entry) {
  Parameter result{.name = entry.name, .domain = added_domain(entry)};
  check(result.domain, entry);
  if (entry.initial) result.initial = checked_default(result.domain, entry);
  return result;
}

}  // namespace pegbox

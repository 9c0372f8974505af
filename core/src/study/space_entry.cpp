#include "space_entry.hpp"

#include "fields.hpp"
#include "value_types.hpp"

namespace pegbox {
namespace {

/// Choices are compared each with each.
constexpr std::size_t kMostValues = 1000;

constexpr const char* kEntry = "hyperparameter";
constexpr const char* kCondition = "condition";
constexpr const char* kProposed = "as proposed";

struct Limits {
  std::optional<double> low, high;
};

Placed number(const Entry& entry) {
  real_number(entry);
  return {scalar_value(entry.second), entry.second.place};
}

std::vector<Placed> values(const Node& list, const std::string& what) {
  if (list.kind != Node::Kind::list) throw mistake(list.place, what + " are a list of values, not " + shown(list));
  if (list.items.empty()) throw mistake(list.place, what + ": the list is empty");
  if (list.items.size() > kMostValues) throw mistake(list.place, what + ": more than 1000 values");
  std::vector<Placed> result;
  for (const Node& item : list.items) result.push_back({scalar_value(item), item.place});
  return result;
}

struct Type {
  Words words{{"real", "int", "choice", "boolean"}};

  DomainType read(const Entry& entry) const {
    if (entry.second.text == "integer") return DomainType::integer;
    const std::string word = words.read(entry);
    if (word == "real") return DomainType::real;
    if (word == "int") return DomainType::integer;
    return word == "choice" ? DomainType::choice : DomainType::boolean;
  }

  Form form() const { return any_form(words.form().name, {words.form(), Words{{"integer"}}.form()}); }
};

const Fields<Limits>& limit_fields() {
  static const Fields<Limits> all{
      {"low", AnyNumber{}, "none", "active from this value on", &Limits::low},
      {"high", AnyNumber{}, "none", "active up to this value", &Limits::high},
  };
  return all;
}

Condition condition(const Entry& entry) {
  const auto& [parent, node] = entry;
  Condition result{.parameter = parent};
  if (node.kind == Node::Kind::scalar) {
    result.values = {scalar_value(node)};
    return result;
  }
  if (node.kind == Node::Kind::list) {
    for (Placed& one : values(node, "the values of '" + parent + "'")) result.values.push_back(std::move(one.value));
    return result;
  }
  Limits limits;
  read_fields(node, "the condition on '" + parent + "'", limit_fields(), limits);
  if (!limits.low && !limits.high) throw mistake(node.place, "the condition on '" + parent + "' needs low or high");
  result.low = limits.low.value_or(result.low);
  result.high = limits.high.value_or(result.high);
  if (result.low > result.high) throw mistake(node.place, "the condition on '" + parent + "' has low above high");
  return result;
}

std::vector<PlacedCondition> conditions(const Entry& entry) {
  const Node& node = entry.second;
  if (node.kind != Node::Kind::map) {
    throw mistake(node.place, "'when' is a map such as {optimizer: [sgd, adam]}, not " + shown(node));
  }
  std::vector<PlacedCondition> result;
  for (const Entry& one : node.keys) result.push_back({condition(one), one.second.place});
  return result;
}

void mark_range(const Entry& entry, SpaceEntry& to) {
  if (to.range_place.empty()) to.range_place = entry.second.key_place;
}

Form values_form() { return list_form("list of values", AnyValue{}.form(), 1, kMostValues); }

Form conditions_form() {
  return map_form("map",
                  any_form("value, list or range", {AnyValue{}.form(), values_form(), section_form(kCondition)}));
}

const Fields<SpaceEntry>& entry_fields() {
  static const Fields<SpaceEntry> all{
      {"type", Type{}, "by the numbers", "of a new hyperparameter; where all its numbers are whole, `int`",
       [](const Entry& entry, const Type& type, SpaceEntry& to) {
         to.type = type.read(entry);
         to.type_place = entry.second.place;
       }},
      {"low", AnyNumber{}, kProposed, "smallest value",
       [](const Entry& entry, SpaceEntry& to) {
         to.low = number(entry);
         mark_range(entry, to);
       }},
      {"high", AnyNumber{}, kProposed, "largest value",
       [](const Entry& entry, SpaceEntry& to) {
         to.high = number(entry);
         mark_range(entry, to);
       }},
      {"log", TrueOrFalse{}, kProposed, "spread evenly in the logarithm; needs `low` above 0",
       [](const Entry& entry, const TrueOrFalse& type, SpaceEntry& to) {
         to.log = type.read(entry);
         mark_range(entry, to);
       }},
      {"step", AnyNumber{}, kProposed, "only `low`, `low` + `step`, …",
       [](const Entry& entry, SpaceEntry& to) {
         to.step = number(entry);
         mark_range(entry, to);
       }},
      {"choices", values_form(), kProposed, "the long form of a list",
       [](const Entry& entry, SpaceEntry& to) { to.choices = values(entry.second, "choices"); }},
      {"default", AnyValue{}, kProposed,
       "what trial 0 tries. Where it no longer fits a narrowed range, the nearest value that does",
       [](const Entry& entry, const AnyValue& type, SpaceEntry& to) {
         to.initial = Placed{type.read(entry), entry.second.place};
       }},
      {"when", conditions_form(), kProposed,
       "active only where other hyperparameters have these values: `{optimizer: [sgd, rmsprop]}`, `{layers: {low: 2}}`",
       [](const Entry& entry, SpaceEntry& to) { to.when = conditions(entry); }},
  };
  return all;
}

}  // namespace

SpaceEntry read_space_entry(const Entry& entry) {
  const auto& [name, node] = entry;
  check_name(name, "a hyperparameter", node.key_place);
  const std::string owner = "hyperparameter '" + name + "'";
  SpaceEntry result;
  result.name = name;
  result.name_place = node.key_place;
  result.place = node.place;
  switch (node.kind) {
    case Node::Kind::null:
      throw mistake(node.place, owner + " has no value; give a value, a list of choices, or {low: …, high: …}");
    case Node::Kind::scalar:
      result.fixed = Placed{scalar_value(node), node.place};
      break;
    case Node::Kind::list:
      result.choices = values(node, "the choices of " + owner);
      break;
    case Node::Kind::map:
      read_fields(node, owner, entry_fields(), result);
      break;
  }
  if (result.choices && !result.range_place.empty()) {
    throw mistake(result.range_place, owner + " has choices, so that low, high, step and log have no place");
  }
  return result;
}

Form space_form() {
  return map_form("map of hyperparameters",
                  any_form("value, list or map", {AnyValue{}.form(), values_form(), section_form(kEntry)}));
}

std::vector<Section> space_sections() {
  return {{kEntry, {"space.NAME"}, keys_of(entry_fields())},
          {kCondition, {"space.NAME.when.NAME"}, keys_of(limit_fields())}};
}

}  // namespace pegbox

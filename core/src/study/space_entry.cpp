#include "space_entry.hpp"

#include "fields.hpp"

namespace pegbox {
namespace {

/// Choices are compared each with each.
constexpr std::size_t kMostValues = 1000;

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

DomainType type(const Entry& entry) {
  const std::string word = text(entry);
  if (word == "real") return DomainType::real;
  if (word == "int" || word == "integer") return DomainType::integer;
  if (word == "choice") return DomainType::choice;
  if (word == "boolean") return DomainType::boolean;
  throw mistake(entry.second.place, "'type' is real, int, choice or boolean, not " + shown(entry.second));
}

constexpr Field<Limits> kLimitFields[] = {
    {"low", [](const Entry& entry, Limits& limits) { limits.low = real_number(entry); }},
    {"high", [](const Entry& entry, Limits& limits) { limits.high = real_number(entry); }},
};

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
  read_fields(node, "the condition on '" + parent + "'", kLimitFields, limits);
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

constexpr Field<SpaceEntry> kFields[] = {
    {"type",
     [](const Entry& entry, SpaceEntry& to) {
       to.type = type(entry);
       to.type_place = entry.second.place;
     }},
    {"low",
     [](const Entry& entry, SpaceEntry& to) {
       to.low = number(entry);
       mark_range(entry, to);
     }},
    {"high",
     [](const Entry& entry, SpaceEntry& to) {
       to.high = number(entry);
       mark_range(entry, to);
     }},
    {"log",
     [](const Entry& entry, SpaceEntry& to) {
       to.log = boolean(entry);
       mark_range(entry, to);
     }},
    {"step",
     [](const Entry& entry, SpaceEntry& to) {
       to.step = number(entry);
       mark_range(entry, to);
     }},
    {"default",
     [](const Entry& entry, SpaceEntry& to) {
       to.initial = Placed{scalar_value(entry.second), entry.second.place};
     }},
    {"choices", [](const Entry& entry, SpaceEntry& to) { to.choices = values(entry.second, "choices"); }},
    {"when", [](const Entry& entry, SpaceEntry& to) { to.when = conditions(entry); }},
};

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
      read_fields(node, owner, kFields, result);
      break;
  }
  if (result.choices && !result.range_place.empty()) {
    throw mistake(result.range_place, owner + " has choices, so that low, high, step and log have no place");
  }
  return result;
}

}  // namespace pegbox

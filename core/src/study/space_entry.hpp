#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pegbox/space.hpp>

#include "scalar.hpp"
#include "section.hpp"

namespace pegbox {

/// A value and where it stands.
struct Placed {
  Value value;
  std::string place;
};

/// A condition and where it stands.
struct PlacedCondition {
  Condition condition;
  std::string place;
};

enum class DomainType { real, integer, choice, boolean };

/// What the section `space:` says of one hyperparameter. Either a fixed value, or choices, or a range, in full or in
/// part, or none of these.
struct SpaceEntry {
  std::string name;
  std::string name_place;
  std::string place;
  std::optional<DomainType> type;
  std::string type_place;
  std::optional<Placed> fixed;
  std::optional<std::vector<Placed>> choices;
  std::optional<Placed> low, high, step;  ///< finite numbers
  std::optional<bool> log;
  std::string range_place;  ///< of the first of low, high, step, log; empty where none is said
  std::optional<Placed> initial;
  std::optional<std::vector<PlacedCondition>> when;
};

/// Throws `StudyError` for what makes no sense whatever the hyperparameter is.
SpaceEntry read_space_entry(const Entry& entry);

/// What the section `space:` is: a map of names to values, lists, or maps with keys.
Form space_form();

/// The keys of one hyperparameter, and those of a condition on one.
std::vector<Section> space_sections();

}  // namespace pegbox

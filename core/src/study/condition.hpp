#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pegbox/space.hpp>

namespace pegbox {

/// A parameter of the space in the making.
struct Draft {
  Parameter parameter;
  std::optional<Domain> before;               ///< its domain in the base, where it is there
  std::vector<std::string> when_places = {};  ///< of each condition, where the study file states them
  bool possible = true;                       ///< its conditions can hold
};

/// Takes out of the conditions the values that narrowed parameters can no longer have, and marks the parameters whose
/// conditions can never hold. Throws `StudyError` with the place for a condition of the study file that names an
/// unknown parameter or an unknown value, can never hold, or depends on itself.
void settle_conditions(std::vector<Draft>& drafts);

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

#include "json/json.hpp"
#include "scheduler/plan.hpp"
#include "setup.hpp"

namespace pegbox {

/// A plug-in and its settings: `{"name": …, "settings": …}`.
Json chosen_json(const Chosen& chosen);

/// The study's strategy likewise, with what it has to say of the study.
Json strategy_json(const Setup& setup, const std::string& choice);

/// What makes a study the study that it is: all but how it is run. Kept in its storage; docs/json.md.
Json definition_of(const Setup& setup, const Plan& plan);

/// Something that the stored definition and today's description say differently.
struct Difference {
  std::string text;         ///< `trials: 40 → 60`
  bool acceptable = false;  ///< a study may go on with it, if its user says so
};

/// Differences in what a study is, in the order of the definition. Acceptable are another strategy, pruner, window or
/// order, other limits, wider ranges of numbers, and more points to begin with: what was found stays true. The place of
/// a data file does not count where its content is the same.
std::vector<Difference> differences(const Json& stored, const Json& now);

/// For a user: one a line, each line begun by a line break.
std::string listed(const std::vector<Difference>& differences);

}  // namespace pegbox

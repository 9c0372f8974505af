#include "condition.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <pegbox/nearest.hpp>

#include "mistake.hpp"

namespace pegbox {
namespace {

using Index = std::map<std::string, std::size_t, std::less<>>;

Index index_of(const std::vector<Draft>& drafts) {
  Index index;
  for (std::size_t i = 0; i < drafts.size(); ++i) index.emplace(drafts[i].parameter.name, i);
  return index;
}

StudyError about(const Draft& draft, std::size_t condition, const std::string& what) {
  return mistake(draft.when_places[condition], "hyperparameter '" + draft.parameter.name + "': its condition on '" +
                                                   draft.parameter.when[condition].parameter + "' " + what);
}

bool fits(const Domain& domain, const Value& value) { return !misfit(domain, conform(domain, value)); }

bool holds(const Condition& condition, double number) { return number >= condition.low && number <= condition.high; }

/// Whether one of low, low + step, … up to high lies in the condition's range; two neighbours are tried, since the
/// division may round over a whole number.
template <class Range>
bool meets_step(const Range& range, const Condition& condition) {
  const auto low = static_cast<double>(range.low);
  const auto step = static_cast<double>(range.step);
  const auto count = static_cast<double>(cardinality(range));
  const double k = std::floor(std::max((condition.low - low) / step, 0.0));
  const auto value = [&](double index) { return std::min(low + index * step, static_cast<double>(range.high)); };
  return (k < count && holds(condition, value(k))) || (k + 1 < count && holds(condition, value(k + 1)));
}

/// Whether the domain has a value in the condition's range.
bool meets(const Domain& domain, const Condition& condition) {
  if (const auto* choice = std::get_if<Choice>(&domain)) {
    return std::any_of(choice->choices.begin(), choice->choices.end(),
                       [&](const Value& value) { return holds(condition, as_number(value)); });
  }
  if (const auto* integer = std::get_if<Integer>(&domain)) return meets_step(*integer, condition);
  const auto& real = std::get<Real>(domain);
  if (real.step > 0) return meets_step(real, condition);
  return std::max(real.low, condition.low) <= std::min(real.high, condition.high);
}

/// Whether the parameter can be reached from one of its own conditions.
bool depends_on_itself(const std::vector<Draft>& drafts, const Index& index, std::size_t self) {
  std::vector<bool> seen(drafts.size(), false);
  std::vector<std::size_t> open{self};
  while (!open.empty()) {
    const std::size_t next = open.back();
    open.pop_back();
    for (const Condition& condition : drafts[next].parameter.when) {
      const std::size_t parent = index.at(condition.parameter);
      if (parent == self) return true;
      if (!seen[parent]) open.push_back(parent);
      seen[parent] = true;
    }
  }
  return false;
}

/// What can be said of the study file's conditions before any parameter is left out.
void check_stated(std::vector<Draft>& drafts, const Index& index) {
  std::vector<std::string> names;
  for (const Draft& draft : drafts) names.push_back(draft.parameter.name);
  for (Draft& draft : drafts) {
    for (std::size_t i = 0; i < draft.when_places.size(); ++i) {
      Condition& condition = draft.parameter.when[i];
      const auto found = index.find(condition.parameter);
      if (found == index.end()) {
        throw about(draft, i, "names no hyperparameter of this study" + suggestion(condition.parameter, names));
      }
      const Draft& parent = drafts[found->second];
      const Domain& domain = parent.parameter.domain;
      if (condition.values.empty() && !numeric(domain)) {
        throw about(draft, i, "needs a list of values: that is " + to_string(domain));
      }
      for (Value& value : condition.values) {
        if (!fits(domain, value) && !(parent.before && fits(*parent.before, value))) {
          throw about(draft, i, "can never hold: " + *misfit(domain, conform(domain, value)));
        }
        value = conform(domain, value);
      }
    }
  }
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (drafts[i].when_places.empty() || !depends_on_itself(drafts, index, i)) continue;
    throw mistake(drafts[i].when_places.front(),
                  "hyperparameter '" + drafts[i].parameter.name + "': its conditions depend on itself");
  }
}

/// Drops the values that the parent does not have, and says whether the condition can hold still.
bool settle(Condition& condition, const Domain& parent) {
  if (condition.values.empty()) return meets(parent, condition);
  std::erase_if(condition.values, [&](const Value& value) { return !fits(parent, value); });
  return !condition.values.empty();
}

/// Says whether the parameter has just become impossible.
bool settle(Draft& draft, const std::vector<Draft>& drafts, const Index& index) {
  for (std::size_t i = 0; draft.possible && i < draft.parameter.when.size(); ++i) {
    Condition& condition = draft.parameter.when[i];
    const Draft& parent = drafts[index.at(condition.parameter)];
    if (parent.possible && settle(condition, parent.parameter.domain)) continue;
    draft.possible = false;
    if (draft.when_places.empty()) return true;
    const std::string why = parent.possible ? "that is " + to_string(parent.parameter.domain) : "that is never active";
    throw about(draft, i, "can never hold: " + why);
  }
  return false;
}

}  // namespace

void settle_conditions(std::vector<Draft>& drafts) {
  const Index index = index_of(drafts);
  check_stated(drafts, index);
  for (bool changed = true; changed;) {
    changed = false;
    for (Draft& draft : drafts) changed = settle(draft, drafts, index) || changed;
  }
}

}  // namespace pegbox

#include <algorithm>
#include <cmath>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>
#include <pegbox/space.hpp>

namespace pegbox {
namespace {

StudyError about(const std::string& name, const std::string& fault) {
  return StudyError("hyperparameter '" + name + "': " + fault);
}

/// Whether a condition can ever hold for values of the domain it looks at.
std::optional<std::string> condition_fault(const Condition& condition, const Domain& domain) {
  for (const Value& value : condition.values) {
    if (const auto why = misfit(domain, conform(domain, value))) {
      return "its condition on '" + condition.parameter + "' can never hold: " + *why;
    }
  }
  if (!condition.values.empty()) return {};
  if (!numeric(domain)) return "its condition on '" + condition.parameter + "' needs a list of values";
  if (condition.low > condition.high) return "its condition on '" + condition.parameter + "' has low above high";
  return {};
}

std::vector<std::string> names(const std::vector<Parameter>& parameters) {
  std::vector<std::string> result;
  for (const Parameter& parameter : parameters) result.push_back(parameter.name);
  return result;
}

/// The parameter alone: its name, domain and default.
void check(Parameter& parameter) {
  if (parameter.name.empty() || parameter.name.size() > 512) {
    throw about(parameter.name, "a name has 1 to 512 characters");
  }
  if (const auto why = fault(parameter.domain)) throw about(parameter.name, *why);
  if (!parameter.initial) return;
  parameter.initial = conform(parameter.domain, *parameter.initial);
  if (const auto why = misfit(parameter.domain, *parameter.initial)) {
    throw about(parameter.name, "its default " + *why);
  }
}

/// Puts parents first, by depth-first search.
class Ordering {
 public:
  Ordering(const std::vector<Parameter>& parameters, const std::vector<std::vector<std::size_t>>& parents)
      : parameters_(parameters), parents_(parents), marks_(parameters.size(), Mark::none) {
    for (std::size_t i = 0; i < parameters.size(); ++i) place(i);
  }

  std::vector<std::size_t> order() && { return std::move(order_); }

 private:
  enum class Mark { none, open, placed };

  void place(std::size_t i) {
    if (marks_[i] == Mark::placed) return;
    if (marks_[i] == Mark::open) throw about(parameters_[i].name, "its conditions depend on themselves");
    marks_[i] = Mark::open;
    for (const std::size_t parent : parents_[i]) place(parent);
    marks_[i] = Mark::placed;
    order_.push_back(i);
  }

  const std::vector<Parameter>& parameters_;
  const std::vector<std::vector<std::size_t>>& parents_;
  std::vector<Mark> marks_;
  std::vector<std::size_t> order_;
};

}  // namespace

bool Condition::holds(const Params& params) const {
  if (!params.has(parameter)) return false;
  const Value& value = params.at(parameter);
  if (values.empty()) return as_number(value) >= low && as_number(value) <= high;
  return std::any_of(values.begin(), values.end(), [&](const Value& one) { return same_value(one, value); });
}

SearchSpace::SearchSpace(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    check(parameters_[i]);
    if (!index_.emplace(parameters_[i].name, i).second) throw about(parameters_[i].name, "stands there twice");
  }
  std::vector<std::vector<std::size_t>> parents;
  for (const Parameter& parameter : parameters_) parents.push_back(parents_of(parameter));
  order_ = Ordering(parameters_, parents).order();
}

std::vector<std::size_t> SearchSpace::parents_of(const Parameter& parameter) const {
  std::vector<std::size_t> parents;
  for (const Condition& condition : parameter.when) {
    const auto parent = find(condition.parameter);
    if (!parent) {
      throw about(parameter.name, "its condition names '" + condition.parameter + "', which is not in the space" +
                                      suggestion(condition.parameter, names(parameters_)));
    }
    if (const auto why = condition_fault(condition, parameters_[*parent].domain)) throw about(parameter.name, *why);
    parents.push_back(*parent);
  }
  return parents;
}

std::optional<std::size_t> SearchSpace::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

bool SearchSpace::active(std::size_t index, const Params& params) const {
  const auto& when = parameters_[index].when;
  return std::all_of(when.begin(), when.end(), [&](const Condition& condition) { return condition.holds(params); });
}

Value SearchSpace::initial(std::size_t index) const {
  const Parameter& parameter = parameters_[index];
  if (parameter.initial) return *parameter.initial;
  const bool first =
      std::holds_alternative<Choice>(parameter.domain) || std::holds_alternative<Boolean>(parameter.domain);
  return from_unit(parameter.domain, first ? 0.0 : 0.5);
}

Params SearchSpace::defaults() const { return complete({}); }

Params SearchSpace::complete(const Params& given) const {
  Params params;
  for (const std::size_t i : order_) {
    const Parameter& parameter = parameters_[i];
    if (!active(i, params)) continue;
    const Value value = given.has(parameter.name) ? conform(parameter.domain, given.at(parameter.name)) : initial(i);
    if (const auto why = misfit(parameter.domain, value)) throw about(parameter.name, *why);
    params.set(parameter.name, value);
  }
  for (const auto& [name, value] : given) {
    if (params.has(name)) continue;
    if (find(name)) throw StudyError("hyperparameter '" + name + "' is not active where the others have these values");
    throw StudyError("there is no hyperparameter '" + name + "'" + suggestion(name, names(parameters_)));
  }
  return params;
}

std::optional<std::string> SearchSpace::fault(const Params& params) const {
  for (const std::size_t i : order_) {
    const auto& [name, domain, initial, when] = parameters_[i];
    if (!active(i, params)) {
      if (params.has(name)) return "'" + name + "' has a value, but is not active";
      continue;
    }
    if (!params.has(name)) return "'" + name + "' has no value";
    if (const auto why = misfit(domain, params.at(name))) return "'" + name + "': " + *why;
  }
  for (const auto& [name, value] : params) {
    if (!find(name)) return "'" + name + "' is not in the space";
  }
  return {};
}

std::vector<double> SearchSpace::encode(const Params& params) const {
  std::vector<double> point(size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < size(); ++i) {
    if (params.has(parameters_[i].name)) point[i] = to_unit(parameters_[i].domain, params.at(parameters_[i].name));
  }
  return point;
}

Params SearchSpace::decode(std::span<const double> point) const {
  Params params;
  for (const std::size_t i : order_) {
    if (active(i, params)) params.set(parameters_[i].name, from_unit(parameters_[i].domain, point[i]));
  }
  return params;
}

}  // namespace pegbox

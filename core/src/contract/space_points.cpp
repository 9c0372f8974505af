#include "space_points.hpp"

#include <algorithm>
#include <cmath>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

using Coordinates = std::vector<double>;

Coordinates defaults(const SearchSpace& space) {
  Coordinates point(space.size());
  for (std::size_t i = 0; i < space.size(); ++i) point[i] = to_unit(space[i].domain, space.initial(i));
  return point;
}

std::vector<Value> extremes(const Domain& domain) {
  if (const auto* choice = std::get_if<Choice>(&domain)) return choice->choices;
  return {from_unit(domain, 0), from_unit(domain, 1)};
}

/// A value of the parameter for which the condition holds, if one is found; the present one where that will do.
Value meeting(const Parameter& parameter, const Value& present, const Condition& condition) {
  std::vector<Value> candidates{present};
  std::ranges::copy(condition.values, std::back_inserter(candidates));
  for (const double end : {condition.low, condition.high}) {
    if (std::isfinite(end)) candidates.emplace_back(end);
  }
  std::ranges::copy(extremes(parameter.domain), std::back_inserter(candidates));
  for (const Value& candidate : candidates) {
    Value value = conform(parameter.domain, candidate);
    if (!misfit(parameter.domain, value) && condition.holds({{parameter.name, value}})) return value;
  }
  return present;
}

/// Changes what the parameter depends on so that it is active.
void activate(const SearchSpace& space, std::size_t index, Coordinates& point) {
  for (const Condition& condition : space[index].when) {
    const std::size_t on = space.find(condition.parameter).value();
    activate(space, on, point);
    const Domain& domain = space[on].domain;
    point[on] = to_unit(domain, meeting(space[on], from_unit(domain, point[on]), condition));
  }
}

}  // namespace

std::vector<Params> corners(const SearchSpace& space) {
  std::vector<Params> points;
  const auto add = [&](const Coordinates& point) {
    const Params params = space.decode(point);
    if (std::ranges::find(points, params) == points.end()) points.push_back(params);
  };
  add(defaults(space));
  for (const double end : {0.0, 1.0}) add(Coordinates(space.size(), end));
  for (std::size_t i = 0; i < space.size(); ++i) {
    Coordinates point = defaults(space);
    activate(space, i, point);
    for (const Value& value : extremes(space[i].domain)) {
      point[i] = to_unit(space[i].domain, value);
      add(point);
    }
  }
  return points;
}

std::vector<Params> random_points(const SearchSpace& space, int count) {
  std::vector<Params> points;
  for (int i = 0; i < count; ++i) {
    Random random(1, i, "points of a space");
    Coordinates point(space.size());
    for (double& place : point) place = random.uniform();
    points.push_back(space.decode(point));
  }
  return points;
}

std::string shown(const Params& point) {
  std::string text;
  for (const auto& [name, value] : point) text += (text.empty() ? "" : " ") + name + "=" + to_string(value);
  return text.empty() ? "no hyperparameters" : text;
}

}  // namespace pegbox

#include "importance.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "decomposition.hpp"

namespace pegbox {
namespace {

/// Values that differ by so small a part of their size are the same.
constexpr double kRounding = 1e-13;

struct Point {
  double target;
  std::vector<double> places;  ///< NaN: inactive
};

/// What is inactive comes first; NaN has no order of its own.
bool before(const Point& a, const Point& b) {
  const auto order = [](double place) { return std::isnan(place) ? -1.0 : place; };
  if (a.target != b.target) return a.target < b.target;
  return std::lexicographical_compare(a.places.begin(), a.places.end(), b.places.begin(), b.places.end(),
                                      [&](double x, double y) { return order(x) < order(y); });
}

std::optional<Point> point_of(const SearchSpace& space, const Trial& trial, std::size_t position) {
  if (trial.state != State::complete || position >= trial.values.size()) return {};
  const double value = trial.values[position];
  if (!std::isfinite(value) || space.fault(trial.params)) return {};
  return Point{value, space.encode(trial.params)};
}

/// In an order that does not depend on that of the trials.
std::vector<Point> usable_points(const SearchSpace& space, const std::vector<const Trial*>& trials,
                                 std::size_t position) {
  std::vector<Point> points;
  for (const Trial* trial : trials) {
    if (auto point = point_of(space, *trial, position)) points.push_back(*std::move(point));
  }
  std::sort(points.begin(), points.end(), before);
  return points;
}

/// Some of the points, where there are more, in the order that they had.
std::vector<Point> drawn(std::vector<Point> points, std::size_t most, std::uint64_t seed) {
  if (points.size() <= most) return points;
  std::vector<std::size_t> order(points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  Random(seed, 0, "importance trials").shuffle(order);
  order.resize(most);
  std::sort(order.begin(), order.end());
  std::vector<Point> some;
  for (const std::size_t i : order) some.push_back(std::move(points[i]));
  return some;
}

void check(const std::vector<Point>& points, const Objective& objective) {
  if (points.size() < kFewestTrials) {
    throw StudyError("importances need " + std::to_string(kFewestTrials) + " complete trials or more, and there are " +
                     std::to_string(points.size()));
  }
  const double low = points.front().target;
  const double high = points.back().target;
  if (high - low <= kRounding * std::max(std::abs(low), std::abs(high))) {
    throw StudyError("all " + std::to_string(points.size()) + " complete trials have the same " + objective.metric +
                     ", so that no hyperparameter can be important; importances need values that differ");
  }
}

/// Mean 0 and variance 1, so that the size of the objective does not matter.
std::vector<double> standardised(const std::vector<Point>& points) {
  // Divided first: squares of large numbers overflow.
  const double size = std::max(std::abs(points.front().target), std::abs(points.back().target));
  const auto count = static_cast<double>(points.size());
  double mean = 0;
  for (const Point& point : points) mean += point.target / size / count;
  double variance = 0;
  for (const Point& point : points) variance += std::pow(point.target / size - mean, 2) / count;
  std::vector<double> targets;
  for (const Point& point : points) targets.push_back((point.target / size - mean) / std::sqrt(variance));
  return targets;
}

Observations observations_of(const SearchSpace& space, const std::vector<Point>& points) {
  Observations result;
  result.targets = standardised(points);
  for (std::size_t i = 0; i < space.size(); ++i) {
    std::vector<double> active;
    for (const Point& point : points) {
      if (!std::isnan(point.places[i])) active.push_back(point.places[i]);
    }
    const Axis& axis = result.axes.emplace_back(make_axis(space[i].domain, std::move(active)));
    auto& bins = result.bins.emplace_back();
    for (const Point& point : points) {
      const double place = point.places[i];
      bins.push_back(std::isnan(place) ? kInactive : static_cast<std::uint8_t>(axis.bin(place)));
    }
  }
  return result;
}

template <class List>
void sort_by_share(List& list) {
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.share > b.share; });
}

void add_pairs(Importances& result, const SearchSpace& space, const Decomposition& parts, double whole) {
  std::map<std::pair<std::size_t, std::size_t>, double> variances;
  for (const auto& pair : parts.pairs) variances[{pair.first, pair.second}] = pair.variance;
  for (std::size_t i = 0; i < space.size(); ++i) {
    for (std::size_t k = i + 1; k < space.size(); ++k) {
      const auto found = variances.find({i, k});
      const double share = found == variances.end() ? 0 : found->second / whole;
      result.pairs.push_back({space[i].name, space[k].name, share});
    }
  }
  sort_by_share(result.pairs);
}

}  // namespace

Importances importances(const SearchSpace& space, const std::vector<const Trial*>& trials, const Objective& objective,
                        const ImportanceOptions& options) {
  auto points = usable_points(space, trials, options.position);
  check(points, objective);
  Importances result;
  result.usable = static_cast<int>(points.size());
  points = drawn(std::move(points), static_cast<std::size_t>(options.most_trials), options.seed);
  check(points, objective);
  result.trials = static_cast<int>(points.size());
  const Observations observations = observations_of(space, points);
  const Boosted function = boosted(observations, options.trees, options.seed);
  result.explained = function.explained;
  const Decomposition parts = decomposed(function, observations.axes, options.pairs, options.seed);
  const double whole = parts.variance > 0 ? parts.variance : 1;
  for (std::size_t i = 0; i < space.size(); ++i) result.single.push_back({space[i].name, parts.single[i] / whole});
  sort_by_share(result.single);
  if (options.pairs) add_pairs(result, space, parts, whole);
  return result;
}

}  // namespace pegbox

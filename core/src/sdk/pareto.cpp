#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>
#include <tuple>
#include <utility>

#include <pegbox/pareto.hpp>

namespace pegbox {
namespace {

using Point = std::vector<double>;

/// The positions of the points in lexicographic order: whatever dominates a point comes before it.
std::vector<std::size_t> lexicographic(Costs points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order,
                    [&](std::size_t a, std::size_t b) { return std::tie(points[a], a) < std::tie(points[b], b); });
  return order;
}

/// In lexicographic order a front of two objectives dominates what comes next exactly if its last point does: the
/// second cost falls along a front.
std::vector<int> ranks_by_last(Costs points, const std::vector<std::size_t>& order) {
  std::vector<int> ranks(points.size());
  std::vector<std::size_t> last;
  for (const std::size_t i : order) {
    const auto free =
        std::ranges::partition_point(last, [&](std::size_t j) { return dominates(points[j], points[i]); });
    ranks[i] = static_cast<int>(free - last.begin());
    if (free == last.end()) {
      last.push_back(i);
    } else {
      *free = i;
    }
  }
  return ranks;
}

std::vector<int> ranks_by_members(Costs points, const std::vector<std::size_t>& order) {
  std::vector<int> ranks(points.size());
  std::vector<std::vector<std::size_t>> fronts;
  for (const std::size_t i : order) {
    const auto free = std::ranges::partition_point(fronts, [&](const std::vector<std::size_t>& front) {
      // The latest members are the likeliest to dominate.
      return std::any_of(front.rbegin(), front.rend(), [&](std::size_t j) { return dominates(points[j], points[i]); });
    });
    ranks[i] = static_cast<int>(free - fronts.begin());
    if (free == fronts.end()) {
      fronts.push_back({i});
    } else {
      free->push_back(i);
    }
  }
  return ranks;
}

void add_distances(Costs points, std::size_t objective, std::vector<double>& distances) {
  std::vector<std::pair<double, std::size_t>> order(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) order[i] = {points[i][objective], i};
  std::ranges::sort(order);
  const double range = order.back().first - order.front().first;
  if (range <= 0) return;
  distances[order.front().second] = distances[order.back().second] = std::numeric_limits<double>::infinity();
  for (std::size_t k = 1; k + 1 < order.size(); ++k) {
    distances[order[k].second] += (order[k + 1].first - order[k - 1].first) / range;
  }
}

/// Volume of the box between a point and the reference, over the first `width` objectives.
double box(const Point& point, std::span<const double> reference, std::size_t width) {
  double volume = 1;
  for (std::size_t m = 0; m < width; ++m) volume *= reference[m] - point[m];
  return volume;
}

double sweep(std::vector<Point>& points, std::span<const double> reference) {
  std::ranges::sort(points, {}, [](const Point& point) { return std::pair(point[0], point[1]); });
  double volume = 0, lowest = reference[1];
  for (const Point& point : points) {
    if (point[1] >= lowest) continue;
    volume += (reference[0] - point[0]) * (lowest - point[1]);
    lowest = point[1];
  }
  return volume;
}

/// The points as seen from one of them: nowhere better than it. What they dominate of its box is not its own.
std::vector<Point> limited(const Point& point, std::span<const Point> others, std::size_t width) {
  std::vector<Point> result(others.size(), Point(width));
  for (std::size_t k = 0; k < others.size(); ++k) {
    for (std::size_t m = 0; m < width; ++m) result[k][m] = std::max(point[m], others[k][m]);
  }
  return result;
}

void drop_dominated(std::vector<Point>& points) {
  const auto front = pareto_front(points);
  std::vector<Point> kept;
  for (const std::size_t i : front) kept.push_back(std::move(points[i]));
  std::ranges::sort(kept);
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  points = std::move(kept);
}

/// Of points within the reference, `width` objectives each.
double volume_of(std::vector<Point> points, std::span<const double> reference, std::size_t width) {
  if (points.empty()) return 0;
  if (points.size() == 1) return box(points.front(), reference, width);
  if (width == 1) return reference[0] - std::ranges::min_element(points)->front();
  if (width == 2) return sweep(points, reference);
  drop_dominated(points);
  // From the worst of the last objective to the best: seen from one point, those after it are all as high as it is, and
  // one objective less is left.
  const std::size_t inner = width - 1;
  std::ranges::sort(points,
                    [&](const Point& a, const Point& b) { return std::tie(b[inner], b) < std::tie(a[inner], a); });
  double volume = 0;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const auto after = std::span<const Point>(points).subspan(k + 1);
    const double taken = volume_of(limited(points[k], after, inner), reference, inner);
    volume += (reference[inner] - points[k][inner]) * (box(points[k], reference, inner) - taken);
  }
  return volume;
}

bool within(const Point& point, std::span<const double> reference) {
  for (std::size_t m = 0; m < reference.size(); ++m) {
    if (point[m] >= reference[m]) return false;
  }
  return true;
}

/// What the point adds to the volume of the others; all are within the reference.
double gain(const Point& point, std::span<const Point> others, std::span<const double> reference) {
  const double taken = volume_of(limited(point, others, reference.size()), reference, reference.size());
  return std::max(box(point, reference, reference.size()) - taken, 0.0);
}

}  // namespace

bool dominates(std::span<const double> a, std::span<const double> b) {
  bool better = false;
  for (std::size_t m = 0; m < a.size(); ++m) {
    if (a[m] > b[m]) return false;
    better = better || a[m] < b[m];
  }
  return better;
}

std::vector<int> domination_ranks(Costs points) {
  if (points.empty()) return {};
  const auto order = lexicographic(points);
  return points.front().size() <= 2 ? ranks_by_last(points, order) : ranks_by_members(points, order);
}

std::vector<std::size_t> pareto_front(Costs points) {
  std::vector<std::size_t> front;
  for (const std::size_t i : lexicographic(points)) {
    if (std::none_of(front.rbegin(), front.rend(), [&](std::size_t j) { return dominates(points[j], points[i]); })) {
      front.push_back(i);
    }
  }
  std::ranges::sort(front);
  return front;
}

std::vector<double> crowding_distances(Costs points) {
  std::vector<double> distances(points.size(), 0);
  if (points.empty()) return distances;
  for (std::size_t m = 0; m < points.front().size(); ++m) add_distances(points, m, distances);
  return distances;
}

double hypervolume(Costs points, std::span<const double> reference) {
  std::vector<Point> counted;
  std::ranges::copy_if(points, std::back_inserter(counted),
                       [&](const Point& point) { return within(point, reference); });
  return volume_of(std::move(counted), reference, reference.size());
}

std::vector<double> hypervolume_contributions(Costs points, std::span<const double> reference) {
  std::vector<double> contributions(points.size(), 0);
  std::vector<std::size_t> places;
  std::vector<Point> counted;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!within(points[i], reference)) continue;
    places.push_back(i);
    counted.push_back(points[i]);
  }
  for (std::size_t k = 0; k < counted.size(); ++k) {
    // Its own place is taken by the last one while it is out.
    std::swap(counted[k], counted.back());
    contributions[places[k]] = gain(counted.back(), std::span(counted).first(counted.size() - 1), reference);
    std::swap(counted[k], counted.back());
  }
  return contributions;
}

std::vector<std::size_t> hypervolume_subset(Costs points, std::span<const double> reference, std::size_t count) {
  // A point's gain falls as others are picked, so that an old one is a bound.
  struct Bound {
    double gain;
    std::size_t point;
    std::size_t picked;  // how many were picked when it was computed
    bool operator<(const Bound& other) const { return gain != other.gain ? gain < other.gain : point > other.point; }
  };
  std::priority_queue<Bound> bounds;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bounds.push({within(points[i], reference) ? box(points[i], reference, reference.size()) : 0, i, 0});
  }
  std::vector<std::size_t> subset;
  std::vector<Point> picked;
  while (subset.size() < count && !bounds.empty()) {
    Bound best = bounds.top();
    bounds.pop();
    if (best.gain > 0 && best.picked < picked.size()) {
      bounds.push({gain(points[best.point], picked, reference), best.point, picked.size()});
      continue;
    }
    subset.push_back(best.point);
    if (best.gain > 0) picked.push_back(points[best.point]);
  }
  return subset;
}

}  // namespace pegbox

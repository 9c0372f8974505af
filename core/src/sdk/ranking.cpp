#include <algorithm>
#include <numeric>

#include <pegbox/ranking.hpp>

namespace pegbox {
namespace {

using Order = std::vector<std::size_t>;

/// Puts the members of one front, a part of the order, into the order of their room.
void sort_by_room(Costs points, std::span<std::size_t> front) {
  std::vector<std::vector<double>> members;
  for (const std::size_t i : front) members.push_back(points[i]);
  const std::vector<double> room = crowding_distances(members);
  Order order(front.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return room[i]; });
  for (std::size_t& i : order) i = front[i];
  std::ranges::copy(order, front.begin());
}

}  // namespace

std::vector<double> trial_costs(const Trial& trial, std::span<const Objective> objectives) {
  std::vector<double> costs;
  if (trial.values.size() != objectives.size()) return costs;
  costs.reserve(objectives.size());
  for (std::size_t i = 0; i < objectives.size(); ++i) costs.push_back(objectives[i].cost(trial.values[i]));
  return costs;
}

std::vector<std::size_t> ranking(Costs points) {
  Order order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (points.empty()) return order;
  if (points.front().size() == 1) {
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return points[i].front(); });
    return order;
  }
  const std::vector<int> fronts = domination_ranks(points);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return fronts[i]; });
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    while (end < order.size() && fronts[order[end]] == fronts[order[first]]) ++end;
    sort_by_room(points, std::span(order).subspan(first, end - first));
  }
  return order;
}

}  // namespace pegbox

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <pegbox/learning_curve.hpp>
#include <pegbox/ranking.hpp>

namespace pegbox {
namespace {

using Vector = std::vector<double>;

/// The costs at the end of an epoch, or none.
const Vector* costs_at(const LearningCurve& curve, Budget epoch) {
  if (epoch == curve.epochs) return &curve.costs;
  const auto found =
      std::ranges::lower_bound(curve.on, epoch, std::less<>(), [](const auto& one) { return one.first; });
  return found != curve.on.end() && found->first == epoch ? &found->second : nullptr;
}

/// From costs at one epoch to costs at a later one.
class Bridge {
 public:
  void add(double from, double to) {
    from_.push_back(from);
    to_.push_back(to);
  }

  void settle() {
    std::ranges::sort(from_);
    std::ranges::sort(to_);
  }

  double cross(double cost) const {
    if (from_.empty()) return cost;
    if (cost <= from_.front()) return to_.front() + slope() * (cost - from_.front());
    if (cost >= from_.back()) return to_.back() + slope() * (cost - from_.back());
    const auto k = static_cast<std::size_t>(std::ranges::upper_bound(from_, cost) - from_.begin());
    const double part = (cost - from_[k - 1]) / (from_[k] - from_[k - 1]);
    return to_[k - 1] + part * (to_[k] - to_[k - 1]);
  }

 private:
  double slope() const {
    const double from = from_.back() - from_.front();
    return from > 0 ? (to_.back() - to_.front()) / from : 1;
  }

  Vector from_, to_;  // ascending
};

Budget level_of(std::span<const LearningCurve* const> curves, std::size_t enough) {
  std::vector<Budget> reached;
  for (const LearningCurve* one : curves) reached.push_back(one->epochs);
  std::ranges::sort(reached, std::greater<>());
  return reached[std::clamp<std::size_t>(enough, 1, reached.size()) - 1];
}

}  // namespace

LearningCurve learning_curve(const Trial& trial, std::span<const Objective> objectives) {
  LearningCurve result = {trial.epochs(), trial_costs(trial, objectives), {}};
  for (const Report& report : trial.reports) {
    Vector costs;
    for (const Objective& objective : objectives) {
      const auto found = report.metrics.find(objective.metric);
      if (found != report.metrics.end() && std::isfinite(found->second)) costs.push_back(objective.cost(found->second));
    }
    if (costs.size() == objectives.size()) result.on.emplace_back(report.epoch, std::move(costs));
  }
  return result;
}

std::vector<double> levelled(std::span<const LearningCurve* const> curves, std::size_t enough, std::size_t objective) {
  if (curves.empty()) return {};
  const Budget level = level_of(curves, enough);
  const auto at_level = [&](const LearningCurve& one) {
    const Vector* costs = costs_at(one, level);
    return (costs == nullptr ? one.costs : *costs)[objective];
  };
  std::map<Budget, Bridge> bridges;
  for (const LearningCurve* one : curves) {
    if (one->epochs < level) bridges[one->epochs];
  }
  for (auto& [epoch, bridge] : bridges) {
    for (const LearningCurve* one : curves) {
      const Vector* costs = one->epochs < level ? nullptr : costs_at(*one, epoch);
      if (costs != nullptr) bridge.add((*costs)[objective], at_level(*one));
    }
    bridge.settle();
  }
  std::vector<double> result;
  for (const LearningCurve* one : curves) {
    const bool there = one->epochs >= level;
    result.push_back(there ? at_level(*one) : bridges.at(one->epochs).cross(one->costs[objective]));
  }
  return result;
}

}  // namespace pegbox

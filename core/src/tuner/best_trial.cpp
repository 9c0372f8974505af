#include "best_trial.hpp"

#include <algorithm>

#include <pegbox/pareto.hpp>

namespace pegbox {

bool improves(const Trial& trial, const Trial* best, const Objective& objective) {
  if (trial.state != State::complete) return false;
  return best == nullptr || objective.cost(trial.values[0]) < objective.cost(best->values[0]);
}

const Trial* best_trial(const std::deque<Trial>& trials, const Objective& objective) {
  const Trial* best = nullptr;
  for (const Trial& trial : trials) {
    if (improves(trial, best, objective)) best = &trial;
  }
  return best;
}

const Trial* default_trial(const std::deque<Trial>& trials, const SearchSpace& space) {
  const Params defaults = space.defaults();
  const auto found = std::find_if(trials.begin(), trials.end(), [&](const Trial& trial) {
    return trial.state == State::complete && trial.params.size() > 0 && trial.params == defaults;
  });
  return found == trials.end() ? nullptr : &*found;
}

std::vector<const Trial*> pareto_front(const std::deque<Trial>& trials, const std::vector<Objective>& objectives) {
  std::vector<const Trial*> complete;
  std::vector<std::vector<double>> costs;
  for (const Trial& trial : trials) {
    if (trial.state != State::complete) continue;
    complete.push_back(&trial);
    auto& point = costs.emplace_back();
    for (std::size_t i = 0; i < objectives.size(); ++i) point.push_back(objectives[i].cost(trial.values[i]));
  }
  std::vector<const Trial*> front;
  for (const std::size_t place : pareto_front(Costs(costs))) front.push_back(complete[place]);
  return front;
}

}  // namespace pegbox

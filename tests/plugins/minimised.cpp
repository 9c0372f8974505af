#include "minimised.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "bundled.hpp"

namespace pegbox {
namespace {

void measure(Trial& trial, const StrategyContext& context, const std::vector<double>& costs) {
  if (costs.empty()) {
    trial.state = State::failed;
    return;
  }
  trial.state = State::complete;
  for (std::size_t m = 0; m < costs.size(); ++m) trial.values.push_back(context.objectives[m].cost(costs[m]));
  trial.reports.push_back({context.epochs, {}});
}

}  // namespace

std::vector<Trial> minimised(const std::string& name, const StrategyContext& context, const CostFunction& costs,
                             int trials) {
  const auto chosen = strategy(name).create(context);
  std::vector<Trial> made(static_cast<std::size_t>(trials));
  const auto window = static_cast<std::size_t>(context.window);
  std::size_t told = 0;
  for (std::size_t number = 0; number < made.size(); ++number) {
    while (number - told >= window) chosen->tell(made[told++]);
    std::vector<const Trial*> running;
    for (std::size_t k = told; k < number; ++k) running.push_back(&made[k]);
    Trial& trial = made[number];
    trial.number = static_cast<int>(number);
    trial.params = std::get<Start>(chosen->ask({trial.number, running})).params;
    measure(trial, context, costs(trial.params));
  }
  return made;
}

double lowest(const std::vector<Trial>& trials, std::size_t first) {
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < std::min(first, trials.size()); ++k) {
    if (!trials[k].values.empty()) lowest = std::min(lowest, trials[k].values.front());
  }
  return lowest;
}

double lowest(const std::vector<Trial>& trials) { return lowest(trials, trials.size()); }

SearchSpace real_space(int dimensions) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < dimensions; ++i) parameters.push_back({"x" + std::to_string(i), Real{-5, 5}});
  return parameters;
}

std::vector<double> numbers(const Params& params) {
  std::vector<double> x;
  for (std::size_t i = 0; params.has("x" + std::to_string(i)); ++i) {
    x.push_back(params.get<double>("x" + std::to_string(i)));
  }
  return x;
}

double sphere(const std::vector<double>& x) {
  double sum = 0;
  for (const double one : x) sum += one * one;
  return sum;
}

double rosenbrock(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
  }
  return sum;
}

double rastrigin(const std::vector<double>& x) {
  double sum = 0;
  for (const double one : x) sum += one * one - 10 * std::cos(2 * std::numbers::pi * one) + 10;
  return sum;
}

}  // namespace pegbox

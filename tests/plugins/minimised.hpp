#pragma once

#include <functional>
#include <string>
#include <vector>

#include <pegbox/strategy.hpp>

namespace pegbox {

/// The costs of a point, one for each objective; none where the trial fails.
using CostFunction = std::function<std::vector<double>(const Params& params)>;

/// The trials of a study that a bundled strategy has made, told in the order of dispatch and `context.window` at a
/// time.
std::vector<Trial> minimised(const std::string& name, const StrategyContext& context, const CostFunction& costs,
                             int trials);

/// The lowest first cost of the first so many trials; infinite where all of them failed.
double lowest(const std::vector<Trial>& trials, std::size_t first);
double lowest(const std::vector<Trial>& trials);

/// So many real hyperparameters x0, x1, … in [-5, 5].
SearchSpace real_space(int dimensions);

/// Their values.
std::vector<double> numbers(const Params& params);

double sphere(const std::vector<double>& x);
double rosenbrock(const std::vector<double>& x);
double rastrigin(const std::vector<double>& x);

}  // namespace pegbox

// A strategy's own time: bench_strategies STRATEGY TRIALS SEED asks and tells in this process, on ten real
// hyperparameters and one objective, and prints one line of JSON: the milliseconds that a trial takes.
#include <ctime>
#include <iostream>
#include <span>

#include <pegbox/nesting.hpp>
#include <pegbox/random.hpp>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"

namespace {

using namespace pegbox;

constexpr int kParameters = 10;

SearchSpace box() {
  std::vector<Parameter> parameters;
  for (int i = 0; i < kParameters; ++i) parameters.push_back({"x" + std::to_string(i), Real{-5, 5}});
  return parameters;
}

std::unique_ptr<Strategy> make(const Catalog& catalog, const std::string& name, const Params& settings,
                               StrategyContext context) {
  const StrategyPlugin& plugin = load_strategy(catalog.find("strategy", name));
  context.settings = resolve("strategy '" + name + "'", plugin.settings(), settings);
  return plugin.create(context);
}

std::unique_ptr<Strategy> make(const Catalog& catalog, const std::string& name, const StrategyContext& context) {
  const auto other = [&catalog](const std::string& inner, const Params& settings, const StrategyContext& study) {
    return make(catalog, inner, settings, study);
  };
  return make(catalog, name, {}, nesting(context, name, other));
}

double sphere(const Params& params) {
  double sum = 0;
  for (const auto& [name, value] : params) {
    const double offset = as_number(value) - 1;
    sum += offset * offset;
  }
  return sum;
}

Trial trained(int number, Params params, std::uint64_t seed) {
  const double value = sphere(params);
  Trial trial;
  trial.number = number;
  trial.state = State::complete;
  trial.params = std::move(params);
  trial.seed = trial_seed(seed, number);
  trial.until = 1;
  trial.reports = {{1, {{"value", value}}}};
  trial.values = {value};
  return trial;
}

/// Of processor time, a trial.
double milliseconds(Strategy& strategy, const StrategyContext& context) {
  const std::clock_t begin = std::clock();
  for (int number = 0; number < context.trials; ++number) {
    Start start = std::get<Start>(strategy.ask({number, {}}));
    strategy.tell(trained(number, std::move(start.params), context.seed));
  }
  return 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / context.trials;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 4) {
    std::cerr << "bench_strategies STRATEGY TRIALS SEED\n";
    return 2;
  }
  StrategyContext context;
  context.space = box();
  context.objectives = {{"value", false}};
  context.trials = std::stoi(arguments[2]);
  context.seed = std::stoull(arguments[3]);
  const Catalog catalog(plugin_folders({}));
  const auto strategy = make(catalog, arguments[1], context);
  std::cout << "{\"milliseconds\": " << milliseconds(*strategy, context) << "}\n";
}

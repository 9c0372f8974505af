#include <algorithm>
#include <cmath>
#include <utility>

#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

constexpr double kEndless = INFINITY;

/// What the choice depends on.
struct Facts {
  explicit Facts(const StrategyContext& context)
      : objectives(context.objectives.size()), epochs(context.epochs), window(context.window), pruned(context.pruned) {
    if (context.trials > 0) trials = context.trials;
    const Budget whole = context.total_epochs / epochs;
    if (context.total_epochs > 0) whole_trials = static_cast<double>(whole);
    for (const Parameter& parameter : context.space) add(context.space, parameter);
  }

  std::size_t objectives;
  Budget epochs;
  double trials = kEndless;        // the study's limit
  double whole_trials = kEndless;  // what its epochs are enough for
  double window;
  bool pruned;
  std::size_t dimensions = 0;  // hyperparameters with more than one value
  double points = 1;           // of the space, counted as if each of them were always active
  bool numbers = true;         // each of them is a number and always active

  double most_trials() const { return std::min(trials, whole_trials); }

 private:
  static bool fixed(const Parameter& parameter) { return cardinality(parameter.domain) == 1; }

  void add(const SearchSpace& space, const Parameter& parameter) {
    if (fixed(parameter)) return;
    const auto values = static_cast<double>(cardinality(parameter.domain));
    points *= values < 1 ? kEndless : values;
    ++dimensions;
    const bool conditional = std::ranges::any_of(
        parameter.when, [&](const Condition& one) { return !fixed(space[*space.find(one.parameter)]); });
    if (conditional || !ordered(parameter.domain)) numbers = false;
  }
};

/// A strategy that may be chosen, and the facts that speak for it: `NAME, since REASON`.
struct Rule {
  bool holds;
  std::string name;
  std::string reason;
  std::string sampler = {};

  std::string said() const { return name + (sampler.empty() ? "" : " with sampler " + sampler) + ", since " + reason; }
  Params settings() const { return sampler.empty() ? Params() : Params{{"sampler", sampler}}; }
};

std::string counted(double count, const std::string& noun) {
  constexpr double kCountable = 1e15;
  if (count > kCountable) return "countless " + noun + 's';
  return to_string(static_cast<std::int64_t>(count)) + ' ' + noun + (count == 1 ? "" : "s");
}

/// The first rule that holds decides. Every strategy takes each study that gets to it.
Rule choose(const Facts& study) {
  const double trials = study.most_trials();
  const std::string of_trials = trials < kEndless ? counted(trials, "trial") : "no limit of trials";
  const std::string of_numbers = of_trials + " for " + counted(static_cast<double>(study.dimensions), "number");
  const std::string of_objectives = counted(static_cast<double>(study.objectives), "objective") + " and " + of_trials;

  // Where only the time is limited, it is likely to be enough for so many points.
  constexpr double kSmallSpace = 50;
  // Who limits the trials counts on whole ones. Where epochs or time are the limit, short trainings buy more trials.
  // For that there must be two halvings by three, room for a first round of brackets, and no pruner, which would take
  // trials out of the comparison.
  constexpr Budget kHalvedTwice = 9;
  constexpr double kRound = 10;
  const bool epochs_are_short = study.whole_trials >= kRound && study.whole_trials < study.trials;
  // A model needs some results to learn from, and within a window there are none.
  const double too_few = std::max(10.0, study.window);
  // The exact model finds most with few trials, and costs more with each of them.
  constexpr double kMostOfModel = 300;
  constexpr std::size_t kFewNumbers = 20;
  // With so many, generations find as much as a model, and cost less.
  constexpr double kMany = 1000;

  const Rule rules[] = {
      {study.points <= (trials < kEndless ? trials : kSmallSpace), "grid",
       "all points of the space can be tried (at most " + counted(study.points, "point") + ")"},
      {(epochs_are_short || trials == kEndless) && study.epochs >= kHalvedTwice && !study.pruned, "hyperband",
       "time or epochs are the limit: many trials begin, and the best of them go on to " +
           counted(static_cast<double>(study.epochs), "epoch"),
       "tpe"},
      {trials <= too_few, "sobol", "there are too few trials to learn from (" + of_trials + ")"},
      {study.objectives > 1 && trials > kMany && trials < kEndless, "genetic", "there are " + of_objectives},
      {study.objectives > 1, "tpe", "there are " + of_objectives},
      {!study.numbers, "tpe", "some hyperparameters are choices or depend on others"},
      {study.dimensions <= kFewNumbers && trials <= kMostOfModel, "gp", "there are " + of_numbers},
      {trials > kMany && trials < kEndless, "cmaes", "there are " + of_numbers},
      {true, "tpe", "there are " + of_numbers}};
  return *std::ranges::find_if(rules, &Rule::holds);
}

/// Hands the study to the strategy that suits it, by its space, its objectives and its limits. Since the choice depends
/// on the context alone, a history that is told again goes to the same one; where the limits are others now, it may go
/// to another one, which goes on from it.
class Auto : public Strategy {
 public:
  explicit Auto(const StrategyContext& context) : Auto(context, choose(Facts(context))) {}

  Move ask(const Turn& turn) override { return strategy_->ask(turn); }
  void tell(const Trial& trial) override { strategy_->tell(trial); }

  std::string choice() const override { return choice_; }

 private:
  Auto(const StrategyContext& context, const Rule& rule)
      : choice_(rule.said()), strategy_(context.strategy(rule.name, rule.settings())) {}

  std::string choice_;
  std::unique_ptr<Strategy> strategy_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::Auto, "auto", "chooses the strategy that suits the study");

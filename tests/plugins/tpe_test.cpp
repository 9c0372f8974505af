#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "bundled.hpp"
#include "contract/contract_spaces.hpp"
#include "contract/simulated_study.hpp"
#include "hand_made.hpp"
#include "minimised.hpp"

namespace pegbox {
namespace {

using Point = std::vector<double>;
using Points = std::vector<Point>;

// The model written down as in the papers, without regard to speed or rounding.

double normal_cdf(double x) { return (1 + std::erf(x / std::numbers::sqrt2)) / 2; }

double normal_pdf(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

/// Where the value of a discrete domain begins and ends in [0, 1].
std::pair<double, double> cell(const Domain& domain, double place) {
  const auto n = static_cast<double>(cardinality(domain));
  const auto* whole = std::get_if<Integer>(&domain);
  if (whole == nullptr || !whole->log) return {std::floor(place * n) / n, (std::floor(place * n) + 1) / n};
  const auto value = static_cast<double>(std::get<std::int64_t>(from_unit(domain, place)));
  const double low = std::log(static_cast<double>(whole->low) - 0.5);
  const double range = std::log(static_cast<double>(whole->high) + 0.5) - low;
  return {(std::log(value - 0.5) - low) / range, (std::log(value + 0.5) - low) / range};
}

/// A mixture of kernels at some points, the oldest or best one first.
class Parzen {
 public:
  Parzen(const SearchSpace& space, Points points, std::vector<double> weights, bool sharp)
      : space_(space), points_(std::move(points)), weights_(std::move(weights)), sharp_(sharp) {
    for (std::size_t i = 0; i < space.size(); ++i) sigmas_.push_back(bandwidths(i));
    weights_.push_back(1);  // the prior
  }

  double density(const Point& point) const {
    double sum = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      double product = weights_[k];
      for (std::size_t i = 0; i < point.size(); ++i) {
        if (!std::isnan(point[i])) product *= kernel(k, i, point[i]);
      }
      sum += product;
    }
    return sum / std::accumulate(weights_.begin(), weights_.end(), 0.0);
  }

  /// Of the only hyperparameter, which is continuous.
  double cdf(double place) const {
    double sum = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      const auto [centre, sigma] = normal(k, 0);
      const double below = normal_cdf(-centre / sigma), above = normal_cdf((1 - centre) / sigma);
      sum += weights_[k] * (normal_cdf((place - centre) / sigma) - below) / (above - below);
    }
    return sum / std::accumulate(weights_.begin(), weights_.end(), 0.0);
  }

 private:
  std::vector<std::size_t> active(std::size_t i) const {
    std::vector<std::size_t> result;
    for (std::size_t k = 0; k < points_.size(); ++k) {
      if (!std::isnan(points_[k][i])) result.push_back(k);
    }
    return result;
  }

  std::vector<double> bandwidths(std::size_t i) const {
    std::vector<std::size_t> order = active(i);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return points_[a][i] < points_[b][i]; });
    std::vector<double> result(points_.size(), 0);
    for (std::size_t p = 0; p < order.size(); ++p) {
      const double centre = points_[order[p]][i];
      const double left = p > 0 ? centre - points_[order[p - 1]][i] : (order.size() == 1 ? centre : 0);
      const double right =
          p + 1 < order.size() ? points_[order[p + 1]][i] - centre : (order.size() == 1 ? 1 - centre : 0);
      double least = 1 / std::min(100.0, (sharp_ ? 3 : 1) * (static_cast<double>(order.size()) + 2));
      if (sharp_ && discrete(i)) {
        const auto [begin, end] = cell(space_[i].domain, centre);
        least = std::max(least, (end - begin) / 3);
      }
      result[order[p]] = std::max({left, right, least});
    }
    return result;
  }

  bool discrete(std::size_t i) const { return cardinality(space_[i].domain) > 0; }

  std::pair<double, double> normal(std::size_t k, std::size_t i) const {
    return k == points_.size() ? std::pair(0.5, 1.0) : std::pair(points_[k][i], sigmas_[i][k]);
  }

  double kernel(std::size_t k, std::size_t i, double place) const {
    const Domain& domain = space_[i].domain;
    const auto n = static_cast<double>(cardinality(domain));
    const bool prior = k == points_.size();
    const auto [begin, end] = discrete(i) ? cell(domain, place) : std::pair(0.0, 1.0);
    if (!prior && std::isnan(points_[k][i])) return end - begin;
    if (discrete(i) && !ordered(domain)) {
      const double share = 1 / (static_cast<double>(active(i).size()) + 1);
      return prior ? 1 / n : ((points_[k][i] == place ? 1 : 0) + share) / (1 + n * share);
    }
    const auto [centre, sigma] = normal(k, i);
    const double mass = normal_cdf((1 - centre) / sigma) - normal_cdf(-centre / sigma);
    const bool dense = !discrete(i) || end - begin < 1.0 / 400;
    if (dense) return normal_pdf((place - centre) / sigma) / sigma / mass * (end - begin);
    return (normal_cdf((end - centre) / sigma) - normal_cdf((begin - centre) / sigma)) / mass;
  }

  SearchSpace space_;
  Points points_;
  std::vector<double> weights_;
  bool sharp_;
  std::vector<std::vector<double>> sigmas_;
};

std::vector<double> rank_weights(std::size_t n) {
  std::vector<double> result;
  for (std::size_t k = 1; k <= n; ++k) {
    result.push_back(std::log(static_cast<double>(n) + 0.5) - std::log(static_cast<double>(k)));
  }
  return result;
}

/// The newest 25 weigh 1; before them the weights rise evenly from 1 / n to 1.
std::vector<double> age_weights(std::size_t n) {
  std::vector<double> result(n, 1);
  for (std::size_t k = 0; k + 25 < n; ++k) {
    const double oldest = 1 / static_cast<double>(n);
    const double part = n == 26 ? 0 : static_cast<double>(k) / static_cast<double>(n - 26);
    result[k] = oldest + part * (1 - oldest);
  }
  return result;
}

/// A study's history, told to the strategy and to the model.
struct History {
  StrategyContext context;
  std::vector<Trial> told, running;

  Move ask(int number, std::int64_t candidates) const {
    StrategyContext with = context;
    with.settings.set("candidates", candidates);
    const auto tpe = strategy("tpe").create(with);
    for (const Trial& trial : told) tpe->tell(trial);
    return ask(*tpe, number);
  }

  Move ask(Strategy& tpe, int number) const {
    std::vector<const Trial*> pointers;
    for (const Trial& trial : running) pointers.push_back(&trial);
    return tpe.ask({number, pointers});
  }

  Point encoded(const Move& move) const { return context.space.encode(std::get<Start>(move).params); }
};

/// The best part of a tenth, at most 25, in the order: complete, then by epochs, then by loss.
std::vector<std::size_t> best(const History& history) {
  std::vector<std::size_t> order;
  for (std::size_t t = 0; t < history.told.size(); ++t) {
    if (!history.told[t].values.empty()) order.push_back(t);
  }
  const auto n = std::min<std::size_t>((order.size() + 9) / 10, 25);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Trial &x = history.told[a], &y = history.told[b];
    const auto key = [](const Trial& one) {
      const bool complete = one.state == State::complete;
      return std::tuple(!complete, complete ? 0 : -one.epochs(), one.values[0], one.number);
    };
    return key(x) < key(y);
  });
  order.resize(n);
  return order;
}

Parzen good_model(const History& history, const std::vector<std::size_t>& good) {
  Points points;
  for (const std::size_t t : good) points.push_back(history.context.space.encode(history.told[t].params));
  return {history.context.space, points, rank_weights(good.size()), true};
}

Parzen bad_model(const History& history, const std::vector<std::size_t>& good) {
  Points points;
  for (std::size_t t = 0; t < history.told.size(); ++t) {
    if (std::ranges::find(good, t) == good.end()) {
      points.push_back(history.context.space.encode(history.told[t].params));
    }
  }
  for (const Trial& trial : history.running) points.push_back(history.context.space.encode(trial.params));
  const auto weights = age_weights(points.size());
  return {history.context.space, std::move(points), weights, false};
}

Trial random_trial(const SearchSpace& space, int number) {
  Random random(7, number, "history");
  std::vector<double> point(space.size());
  for (double& place : point) place = random.uniform();
  Trial trial;
  trial.number = number;
  trial.params = space.decode(point);
  return trial;
}

/// Random points, the nearer to 0.3 the better.
History history(const SearchSpace& space, int told, int running = 0) {
  History result = {context_for("tpe", space, 9), {}, {}};
  for (int number = 0; number < told; ++number) {
    Trial trial = random_trial(space, number);
    double loss = 0;
    for (const double place : space.encode(trial.params)) loss += std::isnan(place) ? 0.1 : std::pow(place - 0.3, 2);
    trial.state = State::complete;
    trial.values = {loss};
    trial.reports = {{9, {{"loss", loss}}}};
    result.told.push_back(std::move(trial));
  }
  for (int k = 0; k < running; ++k) result.running.push_back(random_trial(space, told + k));
  return result;
}

/// Every fifth trial fails, and fewer are complete than count as good.
void vary_states(History& history) {
  for (Trial& trial : history.told) {
    if (trial.number % 16 != 0) trial.state = trial.number % 2 == 0 ? State::paused : State::pruned;
    if (trial.number % 5 == 1) trial.state = State::failed;
    if (trial.state == State::failed) trial.values.clear();
    trial.reports = {{1 + trial.number % 7, {}}};
  }
}

/// The older a trial, the smaller its last hyperparameter, so that it matters how old trials count.
void order_by_age(History& history) {
  std::vector<Params> params;
  for (const Trial& trial : history.told) params.push_back(trial.params);
  std::ranges::stable_sort(params, {}, [&](const Params& one) { return history.context.space.encode(one).back(); });
  for (std::size_t t = 0; t < params.size(); ++t) history.told[t].params = params[t];
}

/// What the strategy draws first, in many turns.
std::vector<double> first_draws(const History& history, int turns) {
  StrategyContext context = history.context;
  context.settings.set("candidates", 1);
  const auto tpe = strategy("tpe").create(context);
  for (const Trial& trial : history.told) tpe->tell(trial);
  std::vector<double> places;
  for (int turn = 0; turn < turns; ++turn) places.push_back(history.encoded(history.ask(*tpe, 1000 + turn))[0]);
  return places;
}

constexpr int kTurns = 4000;

/// Largest distance between the draws' distribution and the model's (Kolmogorov and Smirnov).
double distance(std::vector<double> places, const Parzen& model) {
  std::sort(places.begin(), places.end());
  double result = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double expected = model.cdf(places[i]) * kTurns;
    const auto k = static_cast<double>(i);
    result = std::max({result, expected - k, k + 1 - expected});
  }
  return result / kTurns;
}

/// What the distance stays below in 999 of 1000 samples.
double largest_distance() { return 1.95 / std::sqrt(kTurns); }

class Split : public testing::TestWithParam<int> {};

TEST_P(Split, DrawsFromTheDensityOfTheGoodTrials) {
  const History complete = history({{"x", Real{-3, 5}}}, GetParam());
  EXPECT_LT(distance(first_draws(complete, kTurns), good_model(complete, best(complete))), largest_distance());
}

TEST_P(Split, PutsCompleteTrialsBeforeThoseOfMoreEpochsAndFailedOnesNowhere) {
  History varied = history({{"x", Real{1e-4, 1, true}}}, 2 * GetParam());
  vary_states(varied);
  EXPECT_LT(distance(first_draws(varied, kTurns), good_model(varied, best(varied))), largest_distance());
}

INSTANTIATE_TEST_SUITE_P(Tpe, Split, testing::Values(10, 11, 40, 100, 400));

/// The same trials with their first hyperparameter only.
History marginal(History history) {
  history.context.space = {history.context.space[0]};
  for (Trial& trial : history.told) {
    const std::string& name = history.context.space[0].name;
    trial.params = {{name, trial.params.at(name)}};
  }
  return history;
}

class Discrete : public testing::TestWithParam<Domain> {};

TEST_P(Discrete, ValuesArePartsOfKernels) {
  constexpr double kOneInAThousand = 22.5;  // with 6 degrees of freedom; less with fewer
  const Domain& domain = GetParam();
  const std::int64_t n = cardinality(domain);
  for (const int told : {20, 60}) {
    // The continuous one lets values come again that were tried.
    const History some = history({{"x", domain}, {"free", Real{0, 1}}}, told);
    const Parzen model = good_model(marginal(some), best(some));
    const auto places = first_draws(some, kTurns);
    double chi_square = 0, sum = 0;
    for (std::int64_t k = 0; k < n; ++k) {
      const bool whole = std::holds_alternative<Integer>(domain);
      const double middle = (static_cast<double>(k) + 0.5) / static_cast<double>(n);
      const double place = to_unit(domain, whole ? Value(k + 1) : from_unit(domain, middle));
      const double expected = kTurns * model.density({place});
      chi_square += std::pow(static_cast<double>(std::ranges::count(places, place)) - expected, 2) / expected;
      sum += expected;
    }
    EXPECT_NEAR(sum, kTurns, 1e-6);
    EXPECT_LT(chi_square, kOneInAThousand);
  }
}

INSTANTIATE_TEST_SUITE_P(Tpe, Discrete,
                         testing::Values(Domain(Integer{1, 7}), Domain(Integer{1, 7, true}),
                                         Domain(Real{0, 1, false, 0.25}), Domain(Boolean{}),
                                         Domain(Choice{{std::string("a"), std::string("b"), std::string("c")}}),
                                         Domain(Choice{{16, 32, 64, 128, 256}})));

/// With one more candidate the best of them stays or is the new one, which then must have the larger ratio of
/// densities. Counts the changes.
int rising_changes(const History& history, int turn) {
  const auto good = best(history);
  const Parzen l = good_model(history, good), g = bad_model(history, good);
  const auto ratio = [&](const Point& point) { return std::log(l.density(point)) - std::log(g.density(point)); };
  Move previous = history.ask(turn, 1);
  int changes = 0;
  for (const int candidates : {2, 3, 4, 5, 6, 8, 12, 24, 48, 96}) {
    const Move move = history.ask(turn, candidates);
    if (std::get<Start>(move).params == std::get<Start>(previous).params) continue;
    EXPECT_GT(ratio(history.encoded(move)), ratio(history.encoded(previous)) - 1e-9) << candidates << " candidates";
    previous = move;
    ++changes;
  }
  return changes;
}

TEST(Tpe, TakesTheCandidateWithTheLargestRatioOfDensities) {
  const SearchSpace reals = {{"x", Real{-3, 5}}, {"y", Real{1e-4, 1, true}}, {"z", Real{0, 1}}, {"n", Integer{1, 40}}};
  const SearchSpace dense = {{"x", Real{0, 1}}};  // where kernels overlap
  for (const SearchSpace& space : {dense, reals, mixed_space(true)}) {
    for (const auto& [told, running] : {std::pair(12, 0), std::pair(40, 3), std::pair(150, 8), std::pair(400, 0)}) {
      History some = history(space, told, running);
      if (told > 12) vary_states(some);
      if (told > 12) order_by_age(some);
      int changes = 0;
      for (int turn = 1000; turn < 1010; ++turn) changes += rising_changes(some, turn);
      EXPECT_GT(changes, 15);
    }
  }
}

/// The volume that two-dimensional points dominate, cut at the reference, by a grid of all their coordinates.
double volume(const Points& points, const Point& reference) {
  std::set<double> xs = {reference[0]}, ys = {reference[1]};
  for (const Point& point : points) {
    xs.insert(point[0]);
    ys.insert(point[1]);
  }
  double sum = 0;
  for (auto x = xs.begin(); std::next(x) != xs.end(); ++x) {
    for (auto y = ys.begin(); std::next(y) != ys.end(); ++y) {
      const bool inside =
          std::ranges::any_of(points, [&](const Point& point) { return point[0] <= *x && point[1] <= *y; });
      if (inside) sum += (*std::next(x) - *x) * (*std::next(y) - *y);
    }
  }
  return sum;
}

/// The first `count` positions: front after front, on each the one next that adds most volume.
std::vector<std::size_t> best_of_two_objectives(const Points& costs, std::size_t count) {
  Point reference = {0, 0};
  for (const Point& cost : costs) {
    reference = {std::max(reference[0], 1.1 * cost[0]), std::max(reference[1], 1.1 * cost[1])};
  }
  std::vector<std::size_t> left(costs.size()), result;
  std::iota(left.begin(), left.end(), std::size_t{0});
  while (true) {
    std::vector<std::size_t> front;
    for (const std::size_t i : left) {
      const bool dominated = std::ranges::any_of(left, [&](std::size_t k) {
        return costs[k] != costs[i] && costs[k][0] <= costs[i][0] && costs[k][1] <= costs[i][1];
      });
      if (!dominated) front.push_back(i);
    }
    Points chosen;
    while (!front.empty()) {
      if (result.size() == count) return result;
      const auto gain = [&](std::size_t i) {
        Points more = chosen;
        more.push_back(costs[i]);
        return volume(more, reference);
      };
      const auto next = std::ranges::max_element(front, {}, gain);
      result.push_back(*next);
      chosen.push_back(costs[*next]);
      std::erase(left, *next);
      front.erase(next);
    }
  }
}

TEST(Tpe, SplitsSeveralObjectivesByFrontAndHypervolume) {
  for (const int told : {20, 35, 120}) {
    History some = history({{"x", Real{0, 1}}}, told);
    some.context.objectives = {{"loss"}, {"accuracy", true}};
    Points costs;
    for (Trial& trial : some.told) {
      Random random(3, trial.number, "noise");
      const double x = trial.params.get<double>("x");
      costs.push_back({x + 0.3 * random.uniform(), 1 + std::pow(1 - x, 2) + 0.3 * random.uniform()});
      trial.values = {costs.back()[0], -costs.back()[1]};
    }
    const auto good = best_of_two_objectives(costs, static_cast<std::size_t>((told + 9) / 10));
    EXPECT_LT(distance(first_draws(some, kTurns), good_model(some, good)), largest_distance()) << told << " trials";
  }
}

TEST(Tpe, BeginsWithALatinHypercube) {
  const StrategyContext context = context_for("tpe", real_space(4), 1);
  const auto tpe = strategy("tpe").create(context);
  std::vector<std::set<int>> parts(4);
  for (int trial = 0; trial < 10; ++trial) {
    const auto x = numbers(std::get<Start>(tpe->ask({trial, {}})).params);
    for (std::size_t i = 0; i < x.size(); ++i) parts[i].insert(static_cast<int>(x[i] + 5));
  }
  for (const auto& part : parts) EXPECT_EQ(part.size(), 10);
}

TEST(Tpe, ForgetsWhatATrialWasWorthBeforeItWasResumed) {
  const History some = history(real_space(3), 30);
  History resumed = some;
  for (Trial& trial : resumed.told) trial.values[0] = 100 - trial.values[0];
  for (Trial& trial : resumed.told) trial.state = State::paused;
  resumed.told.insert(resumed.told.end(), some.told.begin(), some.told.end());
  for (int turn = 1000; turn < 1010; ++turn) {
    EXPECT_EQ(describe(resumed.ask(turn, 24)), describe(some.ask(turn, 24)));
  }
}

TEST(Tpe, DoesNotTryAPointAgainWhereThereAreOthers) {
  const SearchSpace space = {{"n", Integer{1, 10}}, {"flag", Boolean{}}, {"k", Integer{1, 4}, {}, {at_least("n", 6)}}};
  StrategyContext context = context_for("tpe", space, 1);
  context.window = 4;
  const auto trials = minimised(
      "tpe", context, [&](const Params& params) { return Point{params.get<double>("n")}; }, 35);
  std::set<Params::Map> different;
  for (const Trial& trial : trials) different.insert({trial.params.begin(), trial.params.end()});
  EXPECT_GE(different.size(), 35 - 6U);  // the ten of the beginning are drawn blindly
}

TEST(Tpe, SaysWhereHyperbandBegins) {
  StrategyContext context = context_for("hyperband", mixed_space(true), 27, {{"sampler", std::string("tpe")}});
  context.window = 4;
  const auto hyperband = strategy("hyperband").create(context);
  SimulatedStudy study(context);
  study.run(*hyperband, 150);
  EXPECT_THAT(study.faults(), testing::IsEmpty());
  double first = 0, last = 0;  // mean losses of what begins; those of random points do not fall
  const auto loss = [&](int number) { return study.trials().at(number).reports.front().metrics.at("loss") - 1; };
  const int trials = static_cast<int>(study.trials().size()) - context.window;
  for (int k = 0; k < 20; ++k) {
    first += loss(k);
    last += loss(trials - 1 - k);
  }
  EXPECT_LT(last, 0.8 * first);
}

/// How many of some studies end with a lower loss than random search.
int wins(const SearchSpace& space, const CostFunction& costs, int trials, int studies) {
  int result = 0;
  for (int seed = 0; seed < studies; ++seed) {
    StrategyContext context = context_for("tpe", space, 1);
    StrategyContext blind = context_for("random", space, 1);
    context.seed = blind.seed = static_cast<std::uint64_t>(seed);
    if (lowest(minimised("tpe", context, costs, trials)) < lowest(minimised("random", blind, costs, trials))) ++result;
  }
  return result;
}

TEST(Tpe, FindsLowerLossesThanRandomSearch) {
  constexpr int kTrials = 150;
  for (const auto& function : {sphere, rosenbrock, rastrigin}) {
    EXPECT_EQ(wins(
                  real_space(8), [&](const Params& params) { return Point{function(numbers(params))}; }, kTrials, 10),
              10);
  }
}

TEST(Tpe, ComesNearTheMinimumOfASmoothFunction) {
  std::vector<double> found;
  for (std::uint64_t seed = 0; seed < 9; ++seed) {
    StrategyContext context = context_for("tpe", real_space(5), 1);
    context.seed = seed;
    found.push_back(lowest(minimised(
        "tpe", context, [](const Params& params) { return Point{sphere(numbers(params))}; }, 300)));
  }
  std::ranges::sort(found);
  EXPECT_LT(found[4], 0.05);  // random search: about 4
}

}  // namespace
}  // namespace pegbox

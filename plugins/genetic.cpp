#include <algorithm>
#include <bit>
#include <cmath>
#include <span>
#include <unordered_set>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/pareto.hpp>
#include <pegbox/random.hpp>
#include <pegbox/ranking.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// Coordinates as `SearchSpace::encode` has them: NaN where inactive.
using Point = std::vector<double>;

struct Individual {
  int number;
  Budget epochs;
  Point point;
};

/// The best trials by the order of NSGA-II (K. Deb et al., 2002): what trained longer, then the earlier front, then
/// more room. Each newcomer takes the place of the worst at once, as in A. J. Nebro, J. J. Durillo, "On the effect of
/// applying a steady-state selection scheme in the multi-objective genetic algorithm NSGA-II" (2009), so that there is
/// no generation to wait for.
class Population {
 public:
  explicit Population(std::size_t limit) : limit_(limit) {}

  bool full() const { return members_.size() >= limit_; }

  void insert(Individual individual, std::vector<double> costs) {
    erase(individual.number);
    members_.push_back(std::move(individual));
    costs_.push_back(std::move(costs));
    rank();
    if (members_.size() > limit_) drop(worst());
  }

  /// A trial is told again: what it was is no longer true.
  void erase(int number) {
    const auto found = std::ranges::find(members_, number, &Individual::number);
    if (found != members_.end()) drop(static_cast<std::size_t>(found - members_.begin()));
  }

  /// The better one of two at random.
  const Point& parent(Random& random) const {
    const std::size_t a = random.below(members_.size()), b = random.below(members_.size());
    return members_[before(b, a) ? b : a].point;
  }

 private:
  bool before(std::size_t a, std::size_t b) const {
    return ranks_[a] != ranks_[b] ? ranks_[a] < ranks_[b] : room_[a] > room_[b];
  }

  /// The worst; of equals the oldest.
  std::size_t worst() const {
    std::size_t worst = 0;
    for (std::size_t i = 1; i < members_.size(); ++i) {
      if (before(worst, i)) worst = i;
    }
    return worst;
  }

  void drop(std::size_t index) {
    const auto place = static_cast<std::ptrdiff_t>(index);
    members_.erase(members_.begin() + place);
    costs_.erase(costs_.begin() + place);
    ranks_.erase(ranks_.begin() + place);
    room_.erase(room_.begin() + place);
  }

  void rank() {
    ranks_.assign(members_.size(), 0);
    room_.assign(members_.size(), 0);
    std::vector<std::size_t> order(members_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return members_[a].epochs > members_[b].epochs; });
    int ranked = 0;
    for (auto begin = order.begin(); begin != order.end();) {
      const auto end = std::find_if(begin, order.end(),
                                    [&](std::size_t i) { return members_[i].epochs != members_[*begin].epochs; });
      ranked = rank_group({begin, end}, ranked);
      begin = end;
    }
  }

  int rank_group(std::span<const std::size_t> group, int first) {
    std::vector<std::vector<double>> costs;
    for (const std::size_t i : group) costs.push_back(costs_[i]);
    const std::vector<int> ranks = domination_ranks(costs);
    std::vector<std::vector<std::size_t>> fronts(static_cast<std::size_t>(*std::ranges::max_element(ranks)) + 1);
    for (std::size_t k = 0; k < group.size(); ++k) {
      ranks_[group[k]] = first + ranks[k];
      fronts[static_cast<std::size_t>(ranks[k])].push_back(group[k]);
    }
    if (costs.front().size() > 1) {
      for (const auto& front : fronts) measure(front);
    }
    return first + static_cast<int>(fronts.size());
  }

  void measure(const std::vector<std::size_t>& front) {
    std::vector<std::vector<double>> costs;
    for (const std::size_t i : front) costs.push_back(costs_[i]);
    const auto distances = crowding_distances(costs);
    for (std::size_t k = 0; k < front.size(); ++k) room_[front[k]] = distances[k];
  }

  std::size_t limit_;
  std::vector<Individual> members_;
  std::vector<std::vector<double>> costs_;
  std::vector<int> ranks_;
  std::vector<double> room_;
};

/// Makes points of others, coordinate by coordinate.
class Breeder {
 public:
  Breeder(const SearchSpace& space, const Settings& settings)
      : crossover_(settings.get<std::string>("crossover")),
        crossover_probability_(settings.get<double>("crossover_probability")),
        crossover_index_(settings.get<double>("crossover_index")),
        polynomial_(settings.get<std::string>("mutation") == "polynomial"),
        mutation_probability_(settings.get<double>("mutation_probability")),
        mutation_index_(settings.get<double>("mutation_index")) {
    for (const Parameter& parameter : space) genes_.emplace_back(parameter.domain);
  }

  Point random_point(Random& random) const {
    Point point(genes_.size());
    for (double& place : point) place = random.uniform();
    return point;
  }

  /// Of parents of which the first one is asked for most.
  Point child(const Population& population, Random& random) const {
    Point child = population.parent(random);
    const bool crossed = random.uniform() < crossover_probability_;
    const Point& other = population.parent(random);
    if (crossed && crossover_ == "undx") {
      undx(child, other, population.parent(random), random);
    } else if (crossed) {
      for (std::size_t i = 0; i < child.size(); ++i) child[i] = cross(i, child[i], other[i], random);
    }
    mutate(child, random);
    return child;
  }

  /// Changes one coordinate to any other value.
  static void disturb(Point& point, Random& random) {
    if (point.empty()) return;
    const std::size_t i = random.below(point.size());
    point[i] = random.uniform();
  }

 private:
  struct Gene {
    explicit Gene(const Domain& one) : domain(one), values(cardinality(one)), numeric(ordered(one)) {}

    /// The place of the next value up or down.
    double neighbour(double place, bool up) const {
      if (const auto* whole = std::get_if<Integer>(&domain); whole != nullptr && whole->log) {
        const auto value = std::get<std::int64_t>(from_unit(domain, place)) + (up ? 1 : -1);
        return to_unit(domain, std::clamp(value, whole->low, whole->high));
      }
      return std::clamp(place + (up ? 1.0 : -1.0) / static_cast<double>(values), 0.0, 1.0);
    }

    Domain domain;
    std::int64_t values;  // 0: continuous
    bool numeric;
  };

  double cross(std::size_t i, double a, double b, Random& random) const {
    const double which = random.uniform(), place = random.uniform();
    if (std::isnan(a)) return b;
    if (std::isnan(b)) return a;
    if (crossover_ == "uniform" || !genes_[i].numeric) return which < 0.5 ? a : b;
    return crossover_ == "sbx" ? sbx(a, b, which, place) : blx(a, b, place);
  }

  /// Simulated binary crossover: K. Deb, R. B. Agrawal (1995). Half of the coordinates stay as they are.
  double sbx(double a, double b, double which, double place) const {
    if (which < 0.5) return which < 0.25 ? a : b;
    const double power = 1 / (crossover_index_ + 1);
    const double spread = place < 0.5 ? std::pow(2 * place, power) : std::pow(2 * (1 - place), -power);
    const double half = (which < 0.75 ? 1 : -1) * spread * (a - b) / 2;
    return std::clamp((a + b) / 2 + half, 0.0, 1.0);
  }

  /// BLX-½: L. J. Eshelman, J. D. Schaffer (1993).
  static double blx(double a, double b, double place) {
    const double more = std::abs(a - b) / 2;
    const double low = std::max(std::min(a, b) - more, 0.0), high = std::min(std::max(a, b) + more, 1.0);
    return low + place * (high - low);
  }

  /// Unimodal normal distribution crossover: I. Ono, S. Kobayashi (1997), around the middle of two parents; the third
  /// one gives the spread across the line between them.
  void undx(Point& a, const Point& b, const Point& c, Random& random) const {
    std::vector<std::size_t> shared;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (genes_[i].numeric && !std::isnan(a[i] + b[i] + c[i])) {
        shared.push_back(i);
      } else {
        a[i] = cross(i, a[i], b[i], random);
      }
    }
    const auto n = static_cast<double>(shared.size());
    double length = 0, along = 0, distance = 0;
    for (const std::size_t i : shared) {
      length += (b[i] - a[i]) * (b[i] - a[i]);
      along += (b[i] - a[i]) * (c[i] - a[i]);
      distance += (c[i] - a[i]) * (c[i] - a[i]);
    }
    const double across = std::sqrt(std::max(distance - (length > 0 ? along * along / length : 0), 0.0));
    std::vector<double> noise(shared.size());
    double part = 0;
    for (std::size_t k = 0; k < shared.size(); ++k) {
      noise[k] = 0.35 / std::sqrt(n) * across * random.normal();
      part += noise[k] * (b[shared[k]] - a[shared[k]]);
    }
    const double shift = 0.5 + 0.5 * random.normal() - (length > 0 ? part / length : 0);
    for (std::size_t k = 0; k < shared.size(); ++k) {
      const std::size_t i = shared[k];
      a[i] = std::clamp(a[i] + shift * (b[i] - a[i]) + noise[k], 0.0, 1.0);
    }
  }

  void mutate(Point& point, Random& random) const {
    const auto active = std::ranges::count_if(point, [](double place) { return !std::isnan(place); });
    const double probability = mutation_probability_ > 0 ? mutation_probability_
                                                         : 1 / static_cast<double>(std::max<std::ptrdiff_t>(active, 1));
    for (std::size_t i = 0; i < point.size(); ++i) {
      const double chance = random.uniform(), place = random.uniform();
      // Nobody had it active: should it become so, it is new.
      if (std::isnan(point[i]))
        point[i] = place;
      else if (chance < probability)
        point[i] = mutated(genes_[i], point[i], place);
    }
  }

  double mutated(const Gene& gene, double old, double place) const {
    if (!gene.numeric) {
      // One of the other values: the old one's part of [0, 1] is left out.
      const auto n = static_cast<double>(gene.values);
      const double part = std::floor(old * n);
      const double other = std::floor(place * (n - 1));
      return ((other < part ? other : other + 1) + 0.5) / n;
    }
    if (!polynomial_) return place;
    const double next = polynomial(old, place);
    if (gene.values == 0 || from_unit(gene.domain, next) != from_unit(gene.domain, old)) return next;
    return gene.neighbour(old, next > old);
  }

  /// Polynomial mutation within the bounds: K. Deb, S. Agrawal (1999).
  double polynomial(double old, double place) const {
    const double power = mutation_index_ + 1;
    if (place < 0.5) {
      return old + std::pow(2 * place + (1 - 2 * place) * std::pow(1 - old, power), 1 / power) - 1;
    }
    return old + 1 - std::pow(2 * (1 - place) + (2 * place - 1) * std::pow(old, power), 1 / power);
  }

  std::vector<Gene> genes_;
  std::string crossover_;
  double crossover_probability_, crossover_index_;
  bool polynomial_;
  double mutation_probability_, mutation_index_;
};

/// A genetic algorithm for one or several objectives. Points that were tried are not tried again where there are
/// others.
class Genetic : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return {
        {"population", Integer{4, 10'000}, 20, "trials that parents are chosen from; so many random ones come first"},
        {"crossover", Choice{{std::string("uniform"), std::string("sbx"), std::string("blx"), std::string("undx")}},
         std::string("sbx"), "how two parents make a child"},
        {"crossover_probability", Real{0, 1}, 0.9, "otherwise a child is a copy of one parent, to be mutated"},
        {"crossover_index", Real{0, 100}, 2.0, "of sbx: the larger, the nearer to the parents"},
        {"mutation", Choice{{std::string("polynomial"), std::string("resample")}}, std::string("polynomial"),
         "how a number is changed: a little, or to any other"},
        {"mutation_probability", Real{0, 1}, 0.0, "of each hyperparameter; 0: of one in a child on average"},
        {"mutation_index", Real{0, 100}, 20.0, "of polynomial: the larger, the less it changes"}};
  }

  explicit Genetic(const StrategyContext& context)
      : space_(context.space),
        objectives_(context.objectives),
        epochs_(context.epochs),
        seed_(context.seed),
        breeder_(context.space, context.settings),
        population_(static_cast<std::size_t>(context.settings.get<std::int64_t>("population"))) {}

  Move ask(const Turn& turn) override {
    Random random(seed_, turn.number, "genetic");
    Point point = population_.full() ? breeder_.child(population_, random) : breeder_.random_point(random);
    Params params = space_.decode(point);
    constexpr int kTries = 20;
    for (int i = 0; i < kTries && tried(params, turn.running); ++i) {
      Breeder::disturb(point, random);
      params = space_.decode(point);
    }
    return Start{std::move(params), epochs_};
  }

  void tell(const Trial& trial) override {
    Point point = space_.encode(trial.params);
    tried_.insert(mark(point));
    population_.erase(trial.number);
    std::vector<double> costs = trial_costs(trial, objectives_);
    const bool measured = std::ranges::all_of(costs, [](double cost) { return std::isfinite(cost); });
    if (!costs.empty() && measured)
      population_.insert({trial.number, trial.epochs(), std::move(point)}, std::move(costs));
  }

 private:
  bool tried(const Params& params, Trials running) const {
    if (tried_.contains(mark(space_.encode(params)))) return true;
    return std::ranges::any_of(running, [&](const Trial* trial) { return trial->params == params; });
  }

  /// Tells points apart, but for one in 2^64.
  static std::uint64_t mark(const Point& point) {
    std::uint64_t mark = 0;
    for (const double place : point) {
      mark = (mark ^ (std::isnan(place) ? 1 : std::bit_cast<std::uint64_t>(place))) * 0x9E3779B97F4A7C15U;
      mark ^= mark >> 29;
    }
    return mark;
  }

  SearchSpace space_;
  std::vector<Objective> objectives_;
  Budget epochs_;
  std::uint64_t seed_;
  Breeder breeder_;
  Population population_;
  std::unordered_set<std::uint64_t> tried_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::Genetic, "genetic", "genetic algorithm (NSGA-II): any space, one or several objectives")

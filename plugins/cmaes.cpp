#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <numbers>
#include <span>
#include <tuple>
#include <utility>

#include <Eigen/Dense>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Probability that a standard normal number is larger.
double upper_tail(double x) { return std::erfc(x / std::numbers::sqrt2) / 2; }

/// What a standard normal number exceeds with a probability in (0, ½]. Newton's method on the logarithm of the tail: it
/// is concave, so that the first step goes too far and the others come back to the root without passing it.
double upper_quantile(double probability) {
  double x = 0;
  for (int i = 0; i < 100; ++i) {
    const double tail = upper_tail(x);
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    const double step = std::log(tail / probability) * tail / density;
    x += step;
    if (std::abs(step) <= 1e-12 * x) break;
  }
  return x;
}

/// A hyperparameter whose values are in order: a coordinate in [0, 1], cut into cells where the values are discrete.
class Axis {
 public:
  explicit Axis(const Domain& domain) : cells_(static_cast<double>(cardinality(domain))) {
    const auto* whole = std::get_if<Integer>(&domain);
    if (whole == nullptr || !whole->log) return;
    low_ = static_cast<double>(whole->low) - 0.5;
    range_ = std::log((static_cast<double>(whole->high) + 0.5) / low_);
  }

  bool discrete() const { return cells_ > 0; }

  /// Where the cell around a place begins and ends. There is no border at 0 and 1: in the first and the last cell both
  /// are the inner one.
  std::pair<double, double> borders(double place) const {
    const double cell = std::clamp(std::floor(cells_below(std::clamp(place, 0.0, 1.0))), 0.0, cells_ - 1);
    return {border(std::max(cell, 1.0)), border(std::min(cell + 1, cells_ - 1))};
  }

 private:
  double cells_below(double place) const { return range_ > 0 ? low_ * (std::exp(place * range_) - 1) : place * cells_; }
  double border(double cell) const { return range_ > 0 ? std::log(1 + cell / low_) / range_ : cell / cells_; }

  double cells_;  // 0: continuous
  double low_ = 0;
  double range_ = 0;  // of the logarithm; 0: linear
};

/// How good a trial was: those that trained longer come first, failed ones last.
struct Merit {
  bool failed = true;
  Budget epochs = 0;
  double cost = 0;

  bool operator<(const Merit& other) const {
    return std::tuple(failed, -epochs, cost) < std::tuple(other.failed, -other.epochs, other.cost);
  }
};

/// A trial as drawn: the step (x − mean) / sigma of each axis, and a value of each unordered hyperparameter.
struct Draw {
  VectorXd step;
  std::vector<std::size_t> values;
};

/// A drawn trial that was told. What is inactive counts for the spread, where it is neutral, and moves no mean.
struct Member {
  int number;
  Merit merit;
  Draw draw;
  std::vector<bool> axis_active, value_active;

  bool operator<(const Member& other) const { return std::tie(merit, number) < std::tie(other.merit, other.number); }
};

/// Members, the best first.
using Generation = std::span<const Member>;

/// What follows from the number of axes and the population: N. Hansen, "The CMA evolution strategy: a tutorial" (2016),
/// table 1, with negative weights.
struct Constants {
  Constants(double d, std::size_t population, bool diagonal)
      : parents(static_cast<Index>(population / 2)), weights(static_cast<Index>(population)) {
    for (Index i = 0; i < weights.size(); ++i) {
      weights[i] = std::log((static_cast<double>(population) + 1) / 2) - std::log(static_cast<double>(i) + 1);
    }
    auto good = weights.head(parents);
    auto bad = weights.tail(weights.size() - parents);
    mass = good.sum() * good.sum() / good.squaredNorm();
    const double bad_mass = bad.sum() * bad.sum() / bad.squaredNorm();
    one = 2 / ((d + 1.3) * (d + 1.3) + mass);
    all = 2 * (mass - 2 + 1 / mass) / ((d + 2) * (d + 2) + mass);
    if (diagonal) {
      // R. Ros, N. Hansen, "A simple modification in CMA-ES achieving linear time and space complexity" (PPSN 2008)
      one = std::min(one * (d + 2) / 3, 0.5);
      all *= (d + 2) / 3;
    }
    all = std::min(all, 1 - one - 1e-8);
    sigma = (mass + 2) / (d + mass + 5);
    damping = 1 + 2 * std::max(0.0, std::sqrt((mass - 1) / (d + 1)) - 1) + sigma;
    path = (4 + mass / d) / (d + 4 + 2 * mass / d);
    length = std::sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));
    const double most = std::min({1 + one / all, 1 + 2 * bad_mass / (mass + 2), (1 - one - all) / (d * all)});
    good /= good.sum();
    bad *= most / -bad.sum();
  }

  Index parents;
  VectorXd weights;                       // those of the parents add up to 1, the others are negative
  double mass;                            // of the parents: μ_eff
  double one, all, sigma, damping, path;  // learning rates: c_1, c_μ, c_σ, d_σ, c_c
  double length;                          // expected one of a standard normal vector
};

/// Standard normal vectors, one a trial. Of 2 d trials in a row the vectors are orthogonal, each followed by its
/// opposite, which covers the directions evenly: H. Wang, M. Emmerich, T. Bäck, "Mirrored orthogonal sampling for
/// covariance matrix adaptation evolution strategies" (2019). A pure function of seed and number; the last two blocks
/// are kept.
class Directions {
 public:
  Directions(std::uint64_t seed, Index size) : seed_(seed), size_(size) {}

  VectorXd at(int number) {
    if (size_ == 0) return {};
    const auto place = static_cast<Index>(number) % (2 * size_);
    const MatrixXd& vectors = block(static_cast<Index>(number) / (2 * size_));
    const VectorXd vector = vectors.col(place / 2);
    return place % 2 == 0 ? vector : VectorXd(-vector);
  }

 private:
  struct Block {
    Index number = -1;
    MatrixXd vectors;
  };

  const MatrixXd& block(Index number) {
    Block& kept = blocks_[static_cast<std::size_t>(number % 2)];
    if (kept.number == number) return kept.vectors;
    kept = {number, MatrixXd(size_, size_)};
    Random random(seed_, number, "cmaes directions");
    for (double& one : kept.vectors.reshaped()) one = random.normal();
    orthogonalise(kept.vectors);
    return kept.vectors;
  }

  /// Gram and Schmidt; each vector keeps its length.
  static void orthogonalise(MatrixXd& vectors) {
    for (Index k = 0; k < vectors.cols(); ++k) {
      const double length = vectors.col(k).norm();
      for (Index j = 0; j < k; ++j) {
        const double part = vectors.col(j).dot(vectors.col(k)) / vectors.col(j).squaredNorm();
        vectors.col(k) -= part * vectors.col(j);
      }
      vectors.col(k) *= length / vectors.col(k).norm();
    }
  }

  std::uint64_t seed_;
  Index size_;
  std::array<Block, 2> blocks_;
};

/// The normal distribution that the axes are drawn from.
struct Cloud {
  VectorXd mean;
  double sigma;
  MatrixXd root;     // times a standard normal vector: a step
  VectorXd stretch;  // of the steps of discrete axes

  double reach(Index axis) const { return sigma * stretch[axis]; }
  VectorXd place(const VectorXd& step) const { return mean + sigma * stretch.cwiseProduct(step); }
  VectorXd step(const VectorXd& place) const { return (place - mean).cwiseQuotient(sigma * stretch); }
};

/// Learns the cloud: (μ/μ_w, λ)-CMA-ES with active covariance and, for discrete axes, with margin: R. Hamano et al.,
/// "CMA-ES with margin: lower-bounding marginal probability for mixed-integer black-box optimization" (GECCO 2022).
/// Unlike there, the mean of a discrete axis moves by stretched steps, as they were tried, and does not lag behind.
class Evolution {
 public:
  Evolution(std::vector<Axis> axes, VectorXd mean, double sigma, std::size_t population, double margin)
      : axes_(std::move(axes)),
        size_(mean.size()),
        diagonal_(size_ > kLargestFull),
        rates_(static_cast<double>(std::max(size_, Index{1})), population, diagonal_),
        margin_(margin),
        covariance_(MatrixXd::Identity(size_, size_)),
        inverse_root_(covariance_),
        sigma_path_(VectorXd::Zero(size_)),
        path_(sigma_path_),
        cloud_{std::move(mean), sigma, covariance_, VectorXd::Ones(size_)} {}

  const Cloud& cloud() const { return cloud_; }
  void move(VectorXd mean) { cloud_.mean = std::move(mean); }

  /// The step shortened to what the cloud may give: N. Hansen, "Injecting external solutions into CMA-ES" (2011).
  VectorXd tame(const VectorXd& step) const {
    const auto d = static_cast<double>(size_);
    const double length = (inverse_root_ * step).norm();
    const double longest = std::sqrt(d) + 2 * d / (d + 2);
    return length > longest ? VectorXd(step * (longest / length)) : step;
  }

  void update(Generation members) {
    ++generation_;
    VectorXd step = VectorXd::Zero(size_);
    for (Index i = 0; i < rates_.parents; ++i) {
      const Member& member = members[static_cast<std::size_t>(i)];
      step += rates_.weights[i] * member.draw.step;
      move_mean(rates_.weights[i], member);
    }
    const bool steady = follow(step);
    adapt(members, steady);
    decompose();
    for (Index k = 0; k < size_; ++k) {
      if (axes_[static_cast<std::size_t>(k)].discrete()) keep_margin(k);
    }
  }

  /// Whether nothing that matters can come any more.
  bool converged() const {
    constexpr double kSmallest = 1e-8, kLargestCondition = 1e14;
    const VectorXd spread = covariance_.diagonal().cwiseSqrt().cwiseMax(path_.cwiseAbs());
    return size_ > 0 && (cloud_.sigma * spread.maxCoeff() < kSmallest || condition_ > kLargestCondition);
  }

 private:
  static constexpr Index kLargestFull = 50;  // beyond it there are too few trials to learn more than the diagonal

  void move_mean(double weight, const Member& member) {
    for (Index k = 0; k < size_; ++k) {
      if (member.axis_active[static_cast<std::size_t>(k)]) {
        cloud_.mean[k] += weight * cloud_.reach(k) * member.draw.step[k];
      }
    }
  }

  /// Lengthens the paths and adapts sigma to them. Says whether sigma is not about to grow fast.
  bool follow(const VectorXd& step) {
    const auto d = static_cast<double>(size_);
    const auto gain = [&](double rate) { return std::sqrt(rate * (2 - rate) * rates_.mass); };
    sigma_path_ = (1 - rates_.sigma) * sigma_path_ + gain(rates_.sigma) * (inverse_root_ * step);
    const double length = sigma_path_.norm();
    const double grown = std::sqrt(1 - std::pow(1 - rates_.sigma, 2 * generation_));
    const bool steady = length / grown < (1.4 + 2 / (d + 1)) * rates_.length;
    path_ = (1 - rates_.path) * path_ + (steady ? gain(rates_.path) : 0) * step;
    cloud_.sigma *= std::exp(std::min(1.0, rates_.sigma / rates_.damping * (length / rates_.length - 1)));
    return steady;
  }

  void adapt(Generation members, bool steady) {
    const double lost = steady ? 0 : rates_.one * rates_.path * (2 - rates_.path);
    covariance_ *= 1 + lost - rates_.one - rates_.all * rates_.weights.sum();
    covariance_ += rates_.one * path_ * path_.transpose();
    for (Index i = 0; i < rates_.weights.size(); ++i) {
      const VectorXd& step = members[static_cast<std::size_t>(i)].draw.step;
      double weight = rates_.all * rates_.weights[i];
      if (weight < 0) weight *= static_cast<double>(size_) / std::max((inverse_root_ * step).squaredNorm(), 1e-12);
      covariance_ += weight * step * step.transpose();
    }
  }

  void decompose() {
    constexpr double kLeast = 1e-20;  // rounding may leave less than nothing
    if (diagonal_) {
      const VectorXd squares = covariance_.diagonal().cwiseMax(kLeast);
      covariance_ = squares.asDiagonal();
      cloud_.root = squares.cwiseSqrt().asDiagonal();
      inverse_root_ = squares.cwiseSqrt().cwiseInverse().asDiagonal();
      condition_ = squares.maxCoeff() / squares.minCoeff();
      return;
    }
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(covariance_);
    const VectorXd squares = solver.eigenvalues().cwiseMax(kLeast);
    const MatrixXd& directions = solver.eigenvectors();
    cloud_.root = directions * squares.cwiseSqrt().asDiagonal();
    inverse_root_ = directions * squares.cwiseSqrt().cwiseInverse().asDiagonal() * directions.transpose();
    condition_ = squares.maxCoeff() / squares.minCoeff();
  }

  /// Keeps the other values of a discrete axis likely enough to be tried.
  void keep_margin(Index k) {
    const auto [low, high] = axes_[static_cast<std::size_t>(k)].borders(cloud_.mean[k]);
    const double deviation = cloud_.sigma * std::sqrt(covariance_(k, k));
    double& mean = cloud_.mean[k];
    double& stretch = cloud_.stretch[k];
    if (low == high) {
      if (upper_tail(std::abs(mean - low) / (deviation * stretch)) >= margin_) return;
      mean = low + std::copysign(deviation * stretch * upper_quantile(margin_), mean - low);
      return;
    }
    const double below = upper_tail((mean - low) / (deviation * stretch));
    const double above = upper_tail((high - mean) / (deviation * stretch));
    const double least = margin_ / 2;
    if (std::min(below, above) >= least) return;
    const double more_below = std::max(below, least), more_above = std::max(above, least);
    const double excess = more_below - below + more_above - above;
    const double part = excess / (1 + excess - 3 * least);
    const double from_low = upper_quantile(std::min(more_below - part * (more_below - least), 0.5 - 1e-10));
    const double from_high = upper_quantile(std::min(more_above - part * (more_above - least), 0.5 - 1e-10));
    mean = (low * from_high + high * from_low) / (from_low + from_high);
    stretch = (high - low) / ((from_low + from_high) * deviation);
  }

  std::vector<Axis> axes_;
  Index size_;
  bool diagonal_;
  Constants rates_;
  double margin_;
  MatrixXd covariance_, inverse_root_;
  VectorXd sigma_path_, path_;
  Cloud cloud_;
  double condition_ = 1;
  int generation_ = 0;
};

/// Chances of the values of unordered hyperparameters: R. Hamano et al., "CatCMA: stochastic optimization for
/// mixed-category problems" (GECCO 2024), a step along the natural gradient whose length is learned too.
class Chances {
 public:
  explicit Chances(const std::vector<std::size_t>& sizes) {
    for (const std::size_t n : sizes) {
      table_.emplace_back(VectorXd::Constant(static_cast<Index>(n), 1 / static_cast<double>(n)));
      degrees_ += static_cast<Index>(n) - 1;
    }
    signal_ = VectorXd::Zero(degrees_);
  }

  const std::vector<VectorXd>& table() const { return table_; }

  void update(Generation members) {
    if (table_.empty()) return;
    const auto parents = members.size() / 2;
    const Constants rates(1, members.size(), false);
    std::vector<VectorXd> gradient;
    for (std::size_t k = 0; k < table_.size(); ++k) {
      VectorXd slope = VectorXd::Zero(table_[k].size());
      for (std::size_t i = 0; i < parents; ++i) {
        if (!members[i].value_active[k]) continue;
        const double weight = rates.weights[static_cast<Index>(i)];
        slope -= weight * table_[k];
        slope[static_cast<Index>(members[i].draw.values[k])] += weight;
      }
      gradient.push_back(std::move(slope));
    }
    const VectorXd natural = normalised(gradient);
    const double length = natural.norm();
    if (length < 1e-12) return;
    const double trust = 1 / slowness_;
    for (std::size_t k = 0; k < table_.size(); ++k) table_[k] += trust / length * gradient[k];
    learn(natural / length, trust);
    for (VectorXd& chances : table_) keep_margin(chances);
  }

 private:
  /// The gradient in coordinates where Fisher's metric is Euclid's.
  VectorXd normalised(const std::vector<VectorXd>& gradient) const {
    VectorXd result(degrees_);
    Index place = 0;
    for (std::size_t k = 0; k < table_.size(); ++k) {
      const Index rest = table_[k].size() - 1;
      const auto chances = table_[k].head(rest).array().sqrt();
      const auto slope = gradient[k].head(rest).array();
      const double last = table_[k][rest];
      result.segment(place, rest) = slope / chances + chances * slope.sum() / (last + std::sqrt(last));
      place += rest;
    }
    return result;
  }

  /// Longer steps where they point the same way, shorter ones where they do not.
  void learn(const VectorXd& direction, double trust) {
    constexpr double kAlpha = 1.5;
    const double rate = trust / std::sqrt(static_cast<double>(degrees_));
    signal_ = (1 - rate) * signal_ + std::sqrt(rate * (2 - rate)) * direction;
    expected_ = (1 - rate) * (1 - rate) * expected_ + rate * (2 - rate);
    slowness_ = std::max(slowness_ * std::exp(rate * (expected_ - signal_.squaredNorm() / kAlpha)), 1.0);
  }

  void keep_margin(VectorXd& chances) const {
    const auto n = static_cast<double>(chances.size());
    const double least = (1 - std::pow(0.73, 1 / static_cast<double>(table_.size()))) / (n - 1);
    chances = chances.cwiseMax(least);
    const double free = chances.sum() - n * least;
    chances = least + (chances.array() - least) * (1 - n * least) / free;
  }

  std::vector<VectorXd> table_;
  Index degrees_ = 0;
  VectorXd signal_;
  double expected_ = 0;
  double slowness_ = 1;
};

/// Population and first sigma of one run after the other.
class Restarts {
 public:
  Restarts(std::string kind, std::size_t population, double sigma)
      : kind_(std::move(kind)), population_(population), sigma_(sigma) {}

  bool wanted() const { return kind_ != "none"; }

  /// IPOP: A. Auger, N. Hansen, "A restart CMA evolution strategy with increasing population size" (CEC 2005). BIPOP
  /// spends as many trials again on runs with small populations: N. Hansen (GECCO 2009).
  std::pair<std::size_t, double> next(std::int64_t trials, Random& random) {
    (large_ ? trials_large_ : trials_small_) += trials;
    large_ = kind_ == "ipop" || first_ || trials_small_ >= trials_large_;
    first_ = false;
    if (large_) {
      factor_ *= 2;
      return {population_ * factor_, sigma_};
    }
    const double shrink = random.uniform(), grow = random.uniform();
    const double times = std::pow(static_cast<double>(factor_) / 2, grow * grow);
    return {static_cast<std::size_t>(static_cast<double>(population_) * times), sigma_ * std::pow(100, -shrink)};
  }

 private:
  std::string kind_;
  std::size_t population_;
  double sigma_;
  std::size_t factor_ = 1;
  bool large_ = true;
  bool first_ = true;
  std::int64_t trials_large_ = 0, trials_small_ = 0;
};

/// What trials were drawn from, up to some time.
struct Source {
  Cloud cloud;
  std::vector<VectorXd> chances;
  std::int64_t replaced = 0;  // so many tellings had been when the next one took its place
};

/// CMA-ES on what is ordered, CatCMA on what is not. A generation is complete when as many of its own trials have been
/// told as the population has, whoever is still running: what was drawn from an older distribution counts in the new
/// one by its place. A told trial is recognised as the draw of its number, so that nothing but tellings is remembered.
class CmaEs : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return {{"population", Integer{0, 10'000}, 0, "trials of a generation, 4 or more; 0: 4 + 3 ln(hyperparameters)"},
            {"sigma", Real{0.01, 1}, 0.2, "first standard deviation, as a part of each range"},
            {"restart", Choice{{std::string("none"), std::string("ipop"), std::string("bipop")}}, std::string("ipop"),
             "populations of the runs after the first has converged: none, growing, or growing and small ones"}};
  }

  explicit CmaEs(const StrategyContext& context)
      : space_(context.space),
        objective_(context.objectives.front()),
        epochs_(context.epochs),
        window_(context.window),
        seed_(context.seed),
        split_(context.space),
        population_(population(context, split_.axes.size() + split_.sizes.size())),
        sigma_(context.settings.get<double>("sigma")),
        restarts_(context.settings.get<std::string>("restart"), population_, sigma_),
        directions_(context.seed, static_cast<Index>(split_.axes.size())),
        evolution_(begin(split_.middle)),
        chances_(split_.sizes) {
    if (context.objectives.size() > 1) {
      throw StudyError("strategy 'cmaes' takes one objective, and the study has " +
                       std::to_string(context.objectives.size()) + ": name a single one, or use strategy 'genetic'");
    }
    renew();
  }

  Move ask(const Turn& turn) override {
    const Source& source = sources_.back();
    return Start{space_.decode(point(draw(source, turn.number), source)), epochs_};
  }

  void tell(const Trial& trial) override {
    ++told_;
    const Merit merit = merit_of(trial);
    const bool best = !merit.failed && merit < best_;
    const bool improved = best && !best_.failed;
    if (best) best_ = merit;
    if (again(trial, merit)) return;
    if (!take(trial, merit) && improved) inject(trial, merit);
    if (members_.size() >= population_) close();
    while (sources_.size() > 1 && told_ - sources_.front().replaced >= std::int64_t{kKept} * window_) {
      sources_.pop_front();
    }
  }

 private:
  /// The hyperparameters that have more than one value.
  struct Split {
    explicit Split(const SearchSpace& space) {
      std::vector<double> places;
      for (std::size_t i = 0; i < space.size(); ++i) {
        const Domain& domain = space[i].domain;
        if (cardinality(domain) == 1) continue;
        if (!ordered(domain)) {
          unordered.push_back(i);
          sizes.push_back(static_cast<std::size_t>(cardinality(domain)));
          continue;
        }
        numbers.push_back(i);
        axes.emplace_back(domain);
        places.push_back(space[i].initial ? to_unit(domain, *space[i].initial) : 0.5);
      }
      middle = Eigen::Map<const VectorXd>(places.data(), static_cast<Index>(places.size()));
    }

    std::vector<std::size_t> numbers, unordered;  // positions in the space
    std::vector<Axis> axes;
    VectorXd middle;                 // where the search begins: the defaults that were given
    std::vector<std::size_t> sizes;  // of unordered ones
  };

  static constexpr int kKept = 4;  // windows of tellings after which a trial is no longer recognised

  static std::size_t population(const StrategyContext& context, std::size_t hyperparameters) {
    const auto given = context.settings.get<std::int64_t>("population");
    if (given >= 4) return static_cast<std::size_t>(given);
    if (given > 0) {
      throw StudyError("setting 'population' is 4 or more, or 0 for the default, not " + std::to_string(given));
    }
    return 4 + static_cast<std::size_t>(3 * std::log(std::max(static_cast<double>(hyperparameters), 1.0)));
  }

  Evolution begin(VectorXd mean) const {
    const auto hyperparameters = static_cast<double>(split_.axes.size() + split_.sizes.size());
    const double margin = 1 / (std::max(hyperparameters, 1.0) * static_cast<double>(population_));
    return Evolution(split_.axes, std::move(mean), sigma_, population_, margin);
  }

  /// What is asked from now on is drawn from the present distribution.
  void renew() {
    if (!sources_.empty()) sources_.back().replaced = told_;
    sources_.push_back({evolution_.cloud(), chances_.table()});
  }

  Draw draw(const Source& source, int number) {
    Draw draw = {source.cloud.root * directions_.at(number), {}};
    for (std::size_t k = 0; k < split_.axes.size(); ++k) {
      if (split_.axes[k].discrete()) continue;
      const auto i = static_cast<Index>(k);
      const double mean = source.cloud.mean[i], sigma = source.cloud.sigma;
      draw.step[i] = (std::clamp(mean + sigma * draw.step[i], 0.0, 1.0) - mean) / sigma;
    }
    if (source.chances.empty()) return draw;
    Random random(seed_, number, "cmaes values");
    for (const VectorXd& chances : source.chances) draw.values.push_back(pick(chances, random.uniform()));
    return draw;
  }

  static std::size_t pick(const VectorXd& chances, double place) {
    Index value = 0;
    while (value + 1 < chances.size() && place >= chances[value]) place -= chances[value++];
    return static_cast<std::size_t>(value);
  }

  std::vector<double> point(const Draw& draw, const Source& source) const {
    std::vector<double> point(space_.size(), 0.5);
    const VectorXd place = source.cloud.place(draw.step);
    for (std::size_t k = 0; k < split_.axes.size(); ++k) {
      point[split_.numbers[k]] = std::clamp(place[static_cast<Index>(k)], 0.0, 1.0);
    }
    for (std::size_t k = 0; k < split_.sizes.size(); ++k) {
      point[split_.unordered[k]] = (static_cast<double>(draw.values[k]) + 0.5) / static_cast<double>(split_.sizes[k]);
    }
    return point;
  }

  bool same(const std::vector<double>& point, const Params& params) const {
    for (std::size_t i = 0; i < space_.size(); ++i) {
      const auto& name = space_[i].name;
      if (params.has(name) && params.at(name) != from_unit(space_[i].domain, point[i])) return false;
    }
    return true;
  }

  Merit merit_of(const Trial& trial) const {
    if (trial.values.empty() || !std::isfinite(trial.values.front())) return {};
    return {false, trial.epochs(), objective_.cost(trial.values.front())};
  }

  /// Whether the trial was told before: what was a member of a complete generation stays as it was.
  bool again(const Trial& trial, const Merit& merit) {
    const auto number = static_cast<std::size_t>(trial.number);
    if (seen_.size() <= number) seen_.resize(number + 1);
    if (!seen_[number]) {
      seen_[number] = true;
      return false;
    }
    const auto member = std::ranges::find(members_, trial.number, &Member::number);
    if (member != members_.end()) member->merit = merit;
    return true;
  }

  void join(const Trial& trial, const Merit& merit, Draw draw) {
    Member& member = members_.emplace_back(Member{trial.number, merit, std::move(draw), {}, {}});
    for (const std::size_t i : split_.numbers) member.axis_active.push_back(trial.params.has(space_[i].name));
    for (const std::size_t i : split_.unordered) member.value_active.push_back(trial.params.has(space_[i].name));
  }

  /// Recognises a trial as drawn from the present distribution or one before it.
  bool take(const Trial& trial, const Merit& merit) {
    for (auto source = sources_.rbegin(); source != sources_.rend(); ++source) {
      Draw one = draw(*source, trial.number);
      if (!same(point(one, *source), trial.params)) continue;
      const Cloud& now = evolution_.cloud();
      if (source != sources_.rbegin()) {
        one.step = now.step(source->cloud.place(one.step));
      }
      join(trial, merit, std::move(one));
      begun_ = true;
      return true;
    }
    return false;
  }

  /// Somebody else's trial that is better than all before it: the search begins there, or turns towards it.
  void inject(const Trial& trial, const Merit& merit) {
    const std::vector<double> place = space_.encode(trial.params);
    VectorXd mean = evolution_.cloud().mean;
    for (std::size_t k = 0; k < split_.axes.size(); ++k) {
      const double coordinate = place[split_.numbers[k]];
      if (!std::isnan(coordinate)) mean[static_cast<Index>(k)] = coordinate;
    }
    if (!begun_) {
      evolution_.move(std::move(mean));
      renew();
      return;
    }
    Draw draw = {evolution_.tame(evolution_.cloud().step(mean)), {}};
    for (std::size_t k = 0; k < split_.sizes.size(); ++k) {
      const double coordinate = place[split_.unordered[k]];
      const double value = std::isnan(coordinate) ? 0 : std::floor(coordinate * static_cast<double>(split_.sizes[k]));
      draw.values.push_back(static_cast<std::size_t>(value));
    }
    join(trial, merit, std::move(draw));
  }

  void close() {
    std::ranges::sort(members_, std::less<>());
    bests_.push_back(members_.front().merit.cost);
    trials_ += static_cast<std::int64_t>(members_.size());
    if (!split_.axes.empty()) evolution_.update(members_);
    chances_.update(members_);
    members_.clear();
    if (restarts_.wanted() && (evolution_.converged() || stagnant())) {
      restart();
    } else {
      renew();
    }
  }

  /// Whether the best costs of the last generations are all the same.
  bool stagnant() {
    const auto length = 10 + static_cast<std::size_t>(std::ceil(30.0 * static_cast<double>(space_.size()) /
                                                                static_cast<double>(population_)));
    if (bests_.size() > length) bests_.pop_front();
    if (bests_.size() < length) return false;
    const auto [least, most] = std::ranges::minmax(bests_);
    return most - least <= 1e-12;
  }

  /// From a random place. What still runs belongs to nothing that is left.
  void restart() {
    Random random(seed_, ++runs_, "cmaes restart");
    std::tie(population_, sigma_) = restarts_.next(std::exchange(trials_, 0), random);
    VectorXd mean(static_cast<Index>(split_.axes.size()));
    for (double& place : mean) place = random.uniform();
    evolution_ = begin(std::move(mean));
    chances_ = Chances(split_.sizes);
    bests_.clear();
    sources_.clear();
    renew();
  }

  SearchSpace space_;
  Objective objective_;
  Budget epochs_;
  int window_;
  std::uint64_t seed_;
  Split split_;
  std::size_t population_;
  double sigma_;
  Restarts restarts_;
  Directions directions_;
  Evolution evolution_;
  Chances chances_;
  std::deque<Source> sources_;  // the last one is the present one
  std::vector<Member> members_;
  std::vector<bool> seen_;  // by number
  std::deque<double> bests_;
  Merit best_;
  bool begun_ = false;       // a trial of our own was told
  std::int64_t told_ = 0;    // tellings
  std::int64_t trials_ = 0;  // of this run
  int runs_ = 0;
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::CmaEs, "cmaes", "covariance matrix adaptation: for numbers, from about a hundred trials on")

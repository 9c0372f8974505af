#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include <Eigen/Dense>

#include <pegbox/lbfgs.hpp>
#include <pegbox/learning_curve.hpp>
#include <pegbox/normal.hpp>
#include <pegbox/pareto.hpp>
#include <pegbox/random.hpp>
#include <pegbox/sobol.hpp>
#include <pegbox/strategy.hpp>
#include <pegbox/tamed.hpp>

namespace pegbox {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Row = Eigen::RowVectorXd;
using Point = std::vector<double>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::size_t unsigned_of(Index index) { return static_cast<std::size_t>(index); }
Index index_of(std::size_t number) { return static_cast<Index>(number); }

/// One hyperparameter as the search sees it.
class Axis {
 public:
  explicit Axis(const Parameter& parameter)
      : domain_(parameter.domain), conditional_(!parameter.when.empty()), count_(cardinality(domain_)) {
    if (const auto* whole = std::get_if<Integer>(&domain_)) curved_ = whole->log;
    nominal_ = count_ == 2 || !ordered(domain_);
  }

  bool fixed() const { return count_ == 1; }
  bool conditional() const { return conditional_; }
  bool nominal() const { return nominal_; }  ///< choices without an order

  /// Searched as if it were continuous.
  bool smooth() const { return count_ == 0 || (!nominal_ && count_ > kFew); }

  /// The place of the value that is meant by a place.
  double snap(double place) const { return count_ == 0 ? place : to_unit(domain_, from_unit(domain_, place)); }

  /// The places of other values: of all where there are few, else of neighbours.
  std::vector<double> others(double place) const {
    std::vector<double> result;
    if (count_ == 0) return result;
    if (count_ <= kFew || nominal_) {
      const std::int64_t every = std::max<std::int64_t>(count_ / kFew, 1);
      for (std::int64_t k = 0; k < std::min(count_, kFew); ++k) result.push_back(place_of(k * every));
    } else {
      for (const std::int64_t step : {-2, -1, 1, 2}) result.push_back(beside(place, step));
    }
    std::erase(result, place);
    return result;
  }

 private:
  static constexpr std::int64_t kFew = 16;

  /// Of the k-th value.
  double place_of(std::int64_t k) const {
    if (curved_) return to_unit(domain_, std::get<Integer>(domain_).low + k);
    return snap((static_cast<double>(k) + 0.5) / static_cast<double>(count_));
  }

  double beside(double place, std::int64_t step) const {
    if (!curved_) {
      return snap(std::clamp(place + static_cast<double>(step) / static_cast<double>(count_), 0.0, 1.0));
    }
    const std::int64_t k = std::get<std::int64_t>(from_unit(domain_, place)) - std::get<Integer>(domain_).low;
    return place_of(std::clamp<std::int64_t>(k + step, 0, count_ - 1));
  }

  Domain domain_;
  bool conditional_, nominal_ = false;
  bool curved_ = false;  // cells are of different widths
  std::int64_t count_;
};

/// What the distance of two points is made of: a place of each number, 0.5 where it is inactive; a place of each choice
/// without order, -1 where it is inactive; and for each different condition whether it holds. So a distance never
/// depends on the value of what is inactive, and what activity itself means is learned.
class Features {
 public:
  explicit Features(const SearchSpace& space) {
    std::vector<std::vector<Condition>> conditions;
    for (std::size_t i = 0; i < space.size(); ++i) {
      const Axis axis(space[i]);
      if (!axis.fixed()) all_.push_back({axis.nominal() ? Kind::choice : Kind::number, i});
      if (!axis.conditional() || std::ranges::find(conditions, space[i].when) != conditions.end()) continue;
      conditions.push_back(space[i].when);
      all_.push_back({Kind::activity, i});
    }
    std::ranges::stable_sort(all_, std::less<>(), &Feature::kind);
    numbers_ = std::ranges::count(all_, Kind::number, &Feature::kind);
  }

  Index size() const { return index_of(all_.size()); }
  Index numbers() const { return numbers_; }  ///< they come first
  std::size_t parameter(Index feature) const { return all_[unsigned_of(feature)].parameter; }

  Row row(std::span<const double> point) const {
    Row row(size());
    for (Index f = 0; f < size(); ++f) {
      const auto& [kind, parameter] = all_[unsigned_of(f)];
      const double place = point[parameter];
      const bool active = !std::isnan(place);
      if (kind == Kind::activity) {
        row[f] = active ? 1 : 0;
      } else {
        row[f] = active ? place : (kind == Kind::number ? 0.5 : -1);
      }
    }
    return row;
  }

 private:
  enum class Kind { number, choice, activity };

  struct Feature {
    Kind kind;
    std::size_t parameter;
  };

  std::vector<Feature> all_;
  Index numbers_ = 0;
};

/// Matérn's kernel with ν = 5/2: its values at squared distances, and its derivatives by them.
struct Matern {
  Matern(const ArrayXd& squares, double scale) {
    const ArrayXd distances = (5 * squares).sqrt();
    const ArrayXd decay = scale * (-distances).exp();
    values = (1 + distances + (5.0 / 3) * squares) * decay;
    slopes = (-5.0 / 6) * (1 + distances) * decay;
  }

  ArrayXd values, slopes;
};

/// How alike points are: Matérn's kernel at the Euclidean distance of places that a triangular matrix has turned and
/// stretched, plus a constant for each choice or condition that differs.
struct Kernel {
  MatrixXd metric;   ///< of the numbers
  VectorXd weights;  ///< squared distances of what differs
  double scale = 1;  ///< variance of the function
  double noise = 0;  ///< variance of a measurement

  /// The row with its numbers turned and stretched.
  Row embed(Row row) const {
    row.head(metric.rows()) *= metric.transpose();
    return row;
  }

  /// Of embedded rows from an embedded one.
  ArrayXd squares(const Eigen::Ref<const MatrixXd>& rows, const Row& row) const {
    ArrayXd sum = ArrayXd::Zero(rows.rows());
    const Index numbers = metric.rows();
    for (Index f = 0; f < numbers; ++f) sum += (rows.col(f).array() - row[f]).square();
    for (Index f = numbers; f < rows.cols(); ++f) {
      sum += weights[f - numbers] * (rows.col(f).array() != row[f]).cast<double>();
    }
    return sum;
  }
};

/// Standard deviation of the prior of the mean.
constexpr double kMeanDeviation = 1;

/// What follows from the inverse of the covariance's triangular factor and the targets: the most probable mean, and the
/// weights of covariances in what is expected elsewhere.
struct Solution {
  Solution(const Eigen::Ref<const MatrixXd>& factor, const VectorXd& targets) {
    const auto inverse = factor.triangularView<Eigen::Lower>();
    const VectorXd ones = inverse * VectorXd::Ones(targets.size());
    const VectorXd raw = inverse * targets;
    mean = ones.dot(raw) / (ones.squaredNorm() + 1 / (kMeanDeviation * kMeanDeviation));
    const VectorXd whitened = raw - mean * ones;
    weights = inverse.transpose() * whitened;
    misfit = whitened.squaredNorm() + mean * mean / (kMeanDeviation * kMeanDeviation);
  }

  double mean, misfit;
  VectorXd weights;
};

/// How improbable hyperparameters of a kernel are given some rows and targets. Coordinates are the logarithms of the
/// features' lengths, of scale and noise, and, where numbers may be correlated, the entries above the diagonal of the
/// metric, by which the numbers are sheared after they are divided by their lengths.
///
/// Lengths, scale and noise have log-normal priors. As in C. Hvarfner, E. O. Hellsten, L. Nardi, "Vanilla Bayesian
/// optimization performs great in high dimensions" (2024), lengths grow with the root of the dimension. Unlike there
/// they are short, which was much better on BBOB in 5 and 10 dimensions; those of choices are long, so that what was
/// learned with one value is not lost with another.
class Likelihood {
 public:
  Likelihood(const Features& features, MatrixXd rows, VectorXd targets)
      : numbers_(features.numbers()), rows_(std::move(rows)), targets_(std::move(targets)) {
    length_.mean = -2.4 + std::log(static_cast<double>(std::max<Index>(features.size(), 1))) / 2;
  }

  Index points() const { return rows_.rows(); }
  std::size_t shears() const { return unsigned_of(numbers_ * (numbers_ - 1) / 2); }

  Point start(double length, double noise) const {
    Point x(unsigned_of(rows_.cols()), std::log(length));
    x.push_back(0);
    x.push_back(std::log(noise));
    return x;
  }

  Minimum improve(Point start, int evaluations) const {
    constexpr double kMostShear = 20;
    const std::size_t lengths = unsigned_of(rows_.cols());
    Box box = {Point(start.size(), -kMostShear), Point(start.size(), kMostShear)};
    std::fill_n(box.low.begin(), lengths, std::log(0.005));
    std::fill_n(box.high.begin(), lengths, std::log(1e4));
    box.low[lengths] = std::log(1e-3);
    box.high[lengths] = std::log(100);
    box.low[lengths + 1] = std::log(1e-7);
    box.high[lengths + 1] = std::numbers::ln2;
    const auto function = [this](std::span<const double> x, std::span<double> gradient) {
      return evaluate(x, gradient);
    };
    return minimise(function, std::move(start), box, {evaluations, 1e-2, 0.5, 1e-5});
  }

  Kernel kernel(std::span<const double> x) const {
    const std::size_t lengths = unsigned_of(rows_.cols());
    Kernel result;
    result.metric = MatrixXd::Identity(numbers_, numbers_);
    std::size_t at = lengths + 2;
    for (Index i = 0; i < numbers_ && at < x.size(); ++i) {
      for (Index j = i + 1; j < numbers_; ++j) result.metric(i, j) = x[at++];
    }
    for (Index j = 0; j < numbers_; ++j) result.metric.col(j) *= std::exp(-x[unsigned_of(j)]);
    result.weights.resize(rows_.cols() - numbers_);
    for (Index k = 0; k < result.weights.size(); ++k) result.weights[k] = std::exp(-2 * x[unsigned_of(numbers_ + k)]);
    result.scale = std::exp(x[lengths]);
    result.noise = std::exp(x[lengths + 1]);
    return result;
  }

 private:
  struct Prior {
    double mean, deviation;

    double add(double x, double& gradient) const {
      const double z = (x - mean) / deviation;
      gradient += z / deviation;
      return z * z / 2;
    }
  };

  double evaluate(std::span<const double> x, std::span<double> gradient) const {
    const Kernel kernel = this->kernel(x);
    MatrixXd embedded = rows_;
    embedded.leftCols(numbers_) *= kernel.metric.transpose();
    MatrixXd factor(points(), points()), slopes = MatrixXd::Zero(points(), points());
    for (Index i = 0; i < points(); ++i) {
      const Index below = points() - 1 - i;
      const Matern matern(kernel.squares(embedded.bottomRows(below), embedded.row(i)), kernel.scale);
      factor(i, i) = kernel.scale + kernel.noise;
      factor.col(i).tail(below) = matern.values;
      slopes.col(i).tail(below) = matern.slopes;
    }
    const Eigen::LLT<Eigen::Ref<MatrixXd>> decomposed(factor);
    if (decomposed.info() != Eigen::Success) return kInfinity;
    MatrixXd inverse = MatrixXd::Identity(points(), points());
    factor.triangularView<Eigen::Lower>().solveInPlace(inverse);
    const Solution solution(inverse, targets_);
    double value = solution.misfit / 2 + factor.diagonal().array().log().sum();
    // The derivative by the covariance is half of its inverse less the weights' product with themselves.
    MatrixXd pull = MatrixXd::Zero(points(), points());
    pull.selfadjointView<Eigen::Lower>().rankUpdate(inverse.transpose());
    const double trace = pull.diagonal().sum();
    for (Index i = 0; i < points(); ++i) {
      const Index below = points() - 1 - i;
      const auto other = solution.weights.tail(below) * solution.weights[i];
      slopes.col(i).tail(below).array() *= (pull.col(i).tail(below) - other).array();
    }
    std::ranges::fill(gradient, 0);
    slope_of_metric(kernel, embedded, slopes, x, gradient);
    slope_of_weights(kernel, slopes, gradient);
    slope_of_variances(kernel, solution, trace, gradient);
    return value + add_priors(x, gradient);
  }

  /// `slopes` has the derivative by the squared distance of each two points, below the diagonal.
  void slope_of_metric(const Kernel& kernel, const MatrixXd& embedded, const MatrixXd& slopes,
                       std::span<const double> x, std::span<double> gradient) const {
    if (numbers_ == 0) return;
    const auto places = embedded.leftCols(numbers_);
    const VectorXd sums = slopes.rowwise().sum() + slopes.colwise().sum().transpose();
    MatrixXd by_place = sums.asDiagonal() * places;
    by_place.noalias() -= slopes.selfadjointView<Eigen::Lower>() * places;
    const MatrixXd by_metric = 2 * by_place.transpose() * rows_.leftCols(numbers_);
    for (Index j = 0; j < numbers_; ++j) gradient[unsigned_of(j)] = -by_metric.col(j).dot(kernel.metric.col(j));
    std::size_t at = unsigned_of(rows_.cols()) + 2;
    for (Index i = 0; i < numbers_ && at < gradient.size(); ++i) {
      for (Index j = i + 1; j < numbers_; ++j) gradient[at++] = by_metric(i, j) * std::exp(-x[unsigned_of(j)]);
    }
  }

  void slope_of_weights(const Kernel& kernel, const MatrixXd& slopes, std::span<double> gradient) const {
    for (Index f = numbers_; f < rows_.cols(); ++f) {
      double sum = 0;
      for (Index i = 0; i + 1 < points(); ++i) {
        const Index below = points() - 1 - i;
        const auto differs = (rows_.col(f).tail(below).array() != rows_(i, f)).cast<double>();
        sum += (slopes.col(i).tail(below).array() * differs).sum();
      }
      gradient[unsigned_of(f)] = -2 * kernel.weights[f - numbers_] * sum;
    }
  }

  void slope_of_variances(const Kernel& kernel, const Solution& solution, double trace,
                          std::span<double> gradient) const {
    const std::size_t lengths = unsigned_of(rows_.cols());
    const double of_noise = kernel.noise * (trace - solution.weights.squaredNorm());
    const double whole =
        static_cast<double>(points()) - solution.weights.dot(VectorXd(targets_.array() - solution.mean));
    gradient[lengths] = (whole - of_noise) / 2;
    gradient[lengths + 1] = of_noise / 2;
  }

  double add_priors(std::span<const double> x, std::span<double> gradient) const {
    constexpr Prior kScale = {0, 1}, kNoise = {-10, 3}, kShear = {0, 1}, kDifference = {1.5, 1.5};
    const std::size_t lengths = unsigned_of(rows_.cols());
    double sum = kScale.add(x[lengths], gradient[lengths]) + kNoise.add(x[lengths + 1], gradient[lengths + 1]);
    for (std::size_t i = 0; i < lengths; ++i) {
      sum += (index_of(i) < numbers_ ? length_ : kDifference).add(x[i], gradient[i]);
    }
    for (std::size_t i = lengths + 2; i < x.size(); ++i) sum += kShear.add(x[i], gradient[i]);
    return sum;
  }

  Index numbers_;
  MatrixXd rows_;
  VectorXd targets_;
  Prior length_ = {0, 1.73};
};

/// At most so many positions of targets: half of them the best, a quarter the newest, the others spread over what is
/// left in between.
std::vector<Index> telling(const VectorXd& targets, Index most) {
  std::vector<Index> order(unsigned_of(targets.size()));
  std::iota(order.begin(), order.end(), 0);
  if (targets.size() <= most) return order;
  std::ranges::stable_sort(order, std::less<>(), [&](Index i) { return targets[i]; });
  const auto best = order.begin() + most / 2;
  std::sort(best, order.end(), std::greater<>());
  const Index newest = most / 4, spread = most - most / 2 - newest;
  const Index rest = targets.size() - most / 2 - newest;
  std::vector<Index> result(order.begin(), best + newest);
  for (Index k = 0; k < spread; ++k) result.push_back(*(best + newest + k * rest / spread));
  std::ranges::sort(result);
  return result;
}

/// The likelihood of at most so many of the points.
Likelihood likelihood(const Features& features, const MatrixXd& rows, const VectorXd& targets, Index most) {
  const std::vector<Index> chosen = telling(targets, most);
  return Likelihood(features, rows(chosen, Eigen::all), targets(chosen));
}

/// The most probable hyperparameters, by at most 100 of the points. Begins as if there were no noise and as if there
/// were much. Numbers are correlated if that raises the logarithm of the probability by one for each coordinate that
/// comes with it (H. Akaike's criterion).
Point roughly_fitted(const Features& features, const MatrixXd& rows, const VectorXd& targets) {
  constexpr Index kMostPoints = 100, kLeastToTurn = 20, kMostTurned = 20;
  constexpr int kEvaluations = 100;
  const Likelihood some = likelihood(features, rows, targets, kMostPoints);
  Minimum best = some.improve(some.start(0.65, 1e-4), kEvaluations);
  const auto try_from = [&](Point start, double penalty) {
    Minimum other = some.improve(std::move(start), kEvaluations);
    if (other.value + penalty < best.value) best = std::move(other);
  };
  try_from(some.start(1, 0.1), 0);
  if (features.numbers() <= kMostTurned && some.points() >= kLeastToTurn && some.shears() > 0) {
    Point start = best.x;
    start.resize(start.size() + some.shears(), 0);
    try_from(std::move(start), static_cast<double>(some.shears()));
  }
  return best.x;
}

/// The kernel of the most probable hyperparameters near to some.
Kernel finely_fitted(const Features& features, const MatrixXd& rows, const VectorXd& targets, Point start) {
  constexpr Index kMostPoints = 300;
  constexpr int kEvaluations = 15;
  const Likelihood more = likelihood(features, rows, targets, kMostPoints);
  return more.kernel(more.improve(std::move(start), kEvaluations).x);
}

/// What a model expects somewhere.
struct Belief {
  double mean, deviation;
};

/// A belief and its derivatives by the numbers of the row.
struct BeliefSlopes {
  Belief belief;
  VectorXd mean, deviation;
};

/// What the process is, given its values at some points: C. E. Rasmussen, C. K. I. Williams, "Gaussian processes for
/// machine learning" (2006), algorithm 2.1, with the inverse of the triangular factor, so that a prediction is a
/// product with it and a point more a row more. It is always extended from the same first rows, one by one: so the
/// same points give the same bits, whenever they come.
class Posterior {
 public:
  Posterior(Kernel kernel, const MatrixXd& rows) : kernel_(std::move(kernel)), size_(rows.rows()) {
    reserve(size_, rows.cols());
    for (Index i = 0; i < size_; ++i) rows_.row(i) = kernel_.embed(rows.row(i));
    while (!decompose()) kernel_.noise *= 10;
  }

  const Kernel& kernel() const { return kernel_; }
  Index size() const { return size_; }

  void append(const Row& row) {
    reserve(size_ + 1, rows_.cols());
    const Row embedded = kernel_.embed(row);
    const VectorXd half = times(VectorXd(covariances(embedded, size_)));
    const double rest = kernel_.scale + kernel_.noise - half.squaredNorm();
    const double diagonal = std::sqrt(std::max(rest, kernel_.noise));
    const VectorXd last = transposed_times(half);
    rows_.row(size_) = embedded;
    inverse_.row(size_).head(size_) = -last.transpose() / diagonal;
    inverse_(size_, size_) = 1 / diagonal;
    ++size_;
  }

  /// Forgets the points from some on.
  void truncate(Index size) { size_ = size; }

  /// Of the first points. The others are believed to have what is expected of them (D. Ginsbourger, R. Le Riche,
  /// L. Carraro, "Kriging is well-suited to parallelize optimization", 2010), which changes the variance alone.
  void set_targets(const VectorXd& targets) {
    const Solution solution(inverse_.topLeftCorner(targets.size(), targets.size()), targets);
    mean_ = solution.mean;
    weights_ = solution.weights;
    means_ = targets - kernel_.noise * weights_;
  }

  /// At the points that have targets.
  const VectorXd& means() const { return means_; }

  std::vector<Belief> beliefs(const MatrixXd& rows) const {
    MatrixXd covariance(size_, rows.rows());
    for (Index i = 0; i < rows.rows(); ++i) covariance.col(i) = covariances(kernel_.embed(rows.row(i)), size_);
    const VectorXd means = covariance.topRows(weights_.size()).transpose() * weights_;
    const MatrixXd halves = times(covariance);
    std::vector<Belief> result;
    for (Index i = 0; i < rows.rows(); ++i) result.push_back(belief(means[i], halves.col(i).squaredNorm()));
    return result;
  }

  BeliefSlopes slopes(const Row& row) const {
    const Row embedded = kernel_.embed(row);
    const Matern matern(kernel_.squares(rows_.topRows(size_), embedded), kernel_.scale);
    const VectorXd half = times(VectorXd(matern.values));
    const VectorXd pull = transposed_times(half);
    const Index known = weights_.size(), numbers = kernel_.metric.rows();
    const ArrayXd by_mean = 2 * matern.slopes.head(known) * weights_.array();
    const ArrayXd by_variance = -4 * matern.slopes * pull.array();
    VectorXd mean(numbers), variance(numbers);
    for (Index f = 0; f < numbers; ++f) {
      const ArrayXd away = embedded[f] - rows_.col(f).head(size_).array();
      mean[f] = (away.head(known) * by_mean).sum();
      variance[f] = (away * by_variance).sum();
    }
    const Belief found = belief(matern.values.head(known).matrix().dot(weights_), half.squaredNorm());
    variance /= 2 * found.deviation;
    return {found, kernel_.metric.transpose() * mean, kernel_.metric.transpose() * variance};
  }

 private:
  VectorXd times(const VectorXd& column) const {
    return inverse_.topLeftCorner(size_, size_).triangularView<Eigen::Lower>() * column;
  }

  MatrixXd times(const MatrixXd& columns) const {
    return inverse_.topLeftCorner(size_, size_).triangularView<Eigen::Lower>() * columns;
  }

  VectorXd transposed_times(const VectorXd& column) const {
    const auto factor = inverse_.topLeftCorner(size_, size_).triangularView<Eigen::Lower>();
    return factor.transpose() * column;
  }

  ArrayXd covariances(const Row& embedded, Index count) const {
    return Matern(kernel_.squares(rows_.topRows(count), embedded), kernel_.scale).values;
  }

  Belief belief(double pulled, double explained) const {
    constexpr double kLeast = 1e-10;  // of the variance: less is rounding
    return {mean_ + pulled, std::sqrt(std::max(kernel_.scale - explained, kLeast * kernel_.scale))};
  }

  /// Columns always begin at a multiple of 64 bytes from the first, so that sums are made in the same order.
  void reserve(Index size, Index features) {
    if (size <= inverse_.rows() && inverse_.rows() > 0) return;
    const Index capacity = (size + size / 4) / 8 * 8 + 16;
    inverse_.conservativeResizeLike(MatrixXd::Zero(capacity, capacity));
    rows_.conservativeResizeLike(MatrixXd::Zero(capacity, features));
  }

  bool decompose() {
    MatrixXd factor(size_, size_);
    for (Index i = 0; i < size_; ++i) {
      factor.col(i).head(i + 1) = covariances(rows_.row(i), i + 1);
      factor(i, i) = kernel_.scale + kernel_.noise;
    }
    factor.transposeInPlace();
    const Eigen::LLT<Eigen::Ref<MatrixXd>> decomposed(factor);
    auto corner = inverse_.topLeftCorner(size_, size_);
    corner.setIdentity();
    factor.triangularView<Eigen::Lower>().solveInPlace(corner);
    return decomposed.info() == Eigen::Success;
  }

  Kernel kernel_;
  Index size_;
  MatrixXd rows_;     // embedded
  MatrixXd inverse_;  // of the lower triangular factor of the covariance
  double mean_ = 0;
  VectorXd weights_, means_;
};

/// Some rows, and targets of all that are known at some time.
struct Snapshot {
  std::vector<Index> chosen;
  VectorXd targets;

  Index size() const { return index_of(chosen.size()); }

  MatrixXd of(const std::vector<Row>& rows) const {
    MatrixXd result(size(), rows.front().size());
    for (Index i = 0; i < size(); ++i) result.row(i) = rows[unsigned_of(chosen[unsigned_of(i)])];
    return result;
  }
};

/// One quantity and its model. Hyperparameters are fitted to what was known at some time, and made better with what was
/// known at a later one; points that came later still are appended. So the model is a function of what was told alone,
/// whenever it is needed, and nothing has to be fitted again to restore it but the last two.
class Surrogate {
 public:
  /// What is known now. `anew`: forgets the earlier fit.
  void remember(Snapshot now, bool anew) {
    if (anew || empty()) {
      first_ = now;
      start_.clear();
    }
    last_ = std::move(now);
    posterior_.reset();
  }

  bool empty() const { return last_.targets.size() == 0; }

  /// Of these rows and targets, which begin with those that were remembered.
  Posterior& model(const Features& features, const std::vector<Row>& rows, const VectorXd& targets) {
    if (!posterior_) make(features, rows);
    for (Index i = last_.targets.size() + posterior_->size() - last_.size(); i < targets.size(); ++i) {
      posterior_->append(rows[unsigned_of(i)]);
    }
    VectorXd chosen(posterior_->size());
    for (Index i = 0; i < chosen.size(); ++i) chosen[i] = targets[row_of(i)];
    posterior_->set_targets(chosen);
    return *posterior_;
  }

  /// The row of a point of the model.
  Index row_of(Index point) const {
    return point < last_.size() ? last_.chosen[unsigned_of(point)] : last_.targets.size() + point - last_.size();
  }

 private:
  void make(const Features& features, const std::vector<Row>& rows) {
    if (start_.empty()) start_ = roughly_fitted(features, first_.of(rows), first_.targets(first_.chosen));
    const MatrixXd points = last_.of(rows);
    posterior_.emplace(finely_fitted(features, points, last_.targets(last_.chosen), start_), points);
  }

  Snapshot first_, last_;
  Point start_;  // hyperparameters fitted to the first
  std::optional<Posterior> posterior_;
};

/// What a trial is worth before it is made: the logarithm of the improvement that is expected of it (S. Ament et al.,
/// "Unexpected improvements to expected improvement for Bayesian optimization", 2023).
///
/// Several objectives are made one, for each trial another one: the largest of the weighted differences from a point of
/// reference. Over weights that are the inverse of random directions the mean of the least score is the hypervolume,
/// but for a power (D. Golovin, Q. Zhang, "Random hypervolume scalarizations for provable multi-objective black box
/// optimization", 2020). Each objective has a model of its own, and the improvement of the score is the integral of the
/// probability that no objective is worse than a level, a product since they are independent.
class Acquisition {
 public:
  /// A weight of each objective, and what its cost is measured from.
  Acquisition(std::vector<double> weights, std::vector<double> reference)
      : weights_(std::move(weights)), reference_(std::move(reference)) {}

  /// What is to become small.
  double score(std::span<const double> costs) const {
    double most = -kInfinity;
    for (std::size_t m = 0; m < weights_.size(); ++m) most = std::max(most, weights_[m] * (costs[m] - reference_[m]));
    return most;
  }

  /// The score that is to be improved on.
  void set_best(double best) { best_ = best; }

  /// Of beliefs about the objectives and, where there is one more, about failure, which is 1, and success, which is -1.
  /// Writes the derivatives.
  double merit(std::span<const Belief> beliefs, std::span<Belief> slopes) const {
    double value = weights_.size() == 1 ? single(beliefs[0], slopes[0]) : several(beliefs, slopes);
    for (std::size_t k = weights_.size(); k < beliefs.size(); ++k) {
      const double z = -beliefs[k].mean / beliefs[k].deviation;
      const Slope success = log_normal_cdf(z);
      value += success.value;
      slopes[k] = {-success.derivative / beliefs[k].deviation, -success.derivative * z / beliefs[k].deviation};
    }
    return value;
  }

 private:
  double single(const Belief& belief, Belief& slope) const {
    const double z = (best_ + reference_[0] - belief.mean) / belief.deviation;
    const Slope improvement = log_normal_improvement(z);
    slope = {-improvement.derivative / belief.deviation, (1 - improvement.derivative * z) / belief.deviation};
    return std::log(belief.deviation) + improvement.value;
  }

  /// Sums over improvements that are spread evenly in the logarithm.
  double several(std::span<const Belief> beliefs, std::span<Belief> slopes) const {
    constexpr int kLevels = 24;
    constexpr double kLeast = -9, kStep = 0.5;  // up to e^2.5
    std::vector<double> logs(kLevels);
    for (int k = 0; k < kLevels; ++k) {
      logs[static_cast<std::size_t>(k)] = kLeast + kStep * k;
      for (std::size_t m = 0; m < weights_.size(); ++m) {
        logs[static_cast<std::size_t>(k)] += log_normal_cdf(reach(std::exp(kLeast + kStep * k), m, beliefs[m])).value;
      }
    }
    const double top = *std::ranges::max_element(logs);
    double sum = 0;
    for (const double one : logs) sum += std::exp(one - top);
    std::fill_n(slopes.begin(), weights_.size(), Belief{0, 0});
    for (int k = 0; k < kLevels; ++k) {
      const double part = std::exp(logs[static_cast<std::size_t>(k)] - top) / sum;
      for (std::size_t m = 0; m < weights_.size(); ++m) {
        const double z = reach(std::exp(kLeast + kStep * k), m, beliefs[m]);
        const double slope = part * log_normal_cdf(z).derivative / beliefs[m].deviation;
        slopes[m].mean -= slope;
        slopes[m].deviation -= slope * z;
      }
    }
    return top + std::log(kStep * sum);
  }

  /// By how many deviations an objective may lie above what is expected when the score improves by so much.
  double reach(double improvement, std::size_t objective, const Belief& belief) const {
    const double most = (best_ - improvement) / weights_[objective] + reference_[objective];
    return (most - belief.mean) / belief.deviation;
  }

  std::vector<double> weights_, reference_;
  double best_ = 0;
};

/// Looks for the point of the largest merit: first at random, in the whole space and around the best trials, then from
/// the best of these uphill, numbers by their slopes and other values in turn.
class Search {
 public:
  Search(const SearchSpace& space, const std::vector<Axis>& axes, const Features& features,
         std::vector<const Posterior*> models, const Acquisition& acquisition)
      : space_(space), axes_(axes), features_(features), models_(std::move(models)), acquisition_(acquisition) {
    for (Index f = 0; f < features.numbers(); ++f) {
      if (axes[features.parameter(f)].smooth()) smooth_.push_back(f);
    }
  }

  /// Points from good to bad. `known` are good trials, the best first.
  std::vector<Point> run(const std::vector<Point>& known, std::size_t candidates, Random& random) const {
    std::vector<Candidate> found;
    for (std::size_t k = 0; k < candidates; ++k) {
      found.push_back(candidate(k % 2 == 0 ? anywhere(random) : around(known[k / 2 % known.size()], random)));
    }
    judge(found);
    std::ranges::stable_sort(found, std::greater<>(), &Candidate::merit);
    std::vector<Candidate> starts = apart(found);
    for (Candidate& start : starts) improve(start, random);
    found.insert(found.end(), starts.begin(), starts.end());
    std::ranges::stable_sort(found, std::greater<>(), &Candidate::merit);
    std::vector<Point> result;
    for (Candidate& one : found) result.push_back(std::move(one.point));
    return result;
  }

 private:
  struct Candidate {
    Point point;
    Row row;
    double merit;
  };

  Candidate candidate(Point point) const {
    Row row = features_.row(point);
    return {std::move(point), std::move(row), -kInfinity};
  }

  Point anywhere(Random& random) const {
    Point places(space_.size());
    for (double& place : places) place = random.uniform();
    return valid(places);
  }

  /// With random places where there are none.
  static Point filled(Point places, Random& random) {
    for (double& place : places) {
      if (std::isnan(place)) place = random.uniform();
    }
    return places;
  }

  /// Near to a point in all coordinates, or in about two of them.
  Point around(const Point& point, Random& random) const {
    Point places = filled(point, random);
    const double reach = std::pow(10, -0.5 - 2.5 * random.uniform());
    const double chance = random.uniform() < 0.5 ? 1 : std::min(1.0, 2 / static_cast<double>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (random.uniform() >= chance) continue;
      places[i] = axes_[i].nominal() ? random.uniform() : std::clamp(places[i] + reach * random.normal(), 0.0, 1.0);
    }
    return valid(places);
  }

  /// The point that is meant by places of all hyperparameters.
  Point valid(std::span<const double> places) const {
    Point point(space_.size(), std::numeric_limits<double>::quiet_NaN());
    Params params;
    for (const std::size_t i : space_.dependency_order()) {
      if (axes_[i].conditional() && !space_.active(i, params)) continue;
      point[i] = axes_[i].snap(places[i]);
      if (conditional_) params.set(space_[i].name, from_unit(space_[i].domain, point[i]));
    }
    return point;
  }

  void judge(std::vector<Candidate>& candidates) const {
    constexpr std::size_t kBatch = 128;
    for (std::size_t first = 0; first < candidates.size(); first += kBatch) {
      judge(std::span(candidates).subspan(first, std::min(kBatch, candidates.size() - first)));
    }
  }

  void judge(std::span<Candidate> candidates) const {
    MatrixXd rows(index_of(candidates.size()), features_.size());
    for (Index i = 0; i < rows.rows(); ++i) rows.row(i) = candidates[unsigned_of(i)].row;
    std::vector<std::vector<Belief>> beliefs;
    for (const Posterior* model : models_) beliefs.push_back(model->beliefs(rows));
    std::vector<Belief> here(models_.size()), slopes(models_.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      for (std::size_t k = 0; k < here.size(); ++k) here[k] = beliefs[k][i];
      candidates[i].merit = acquisition_.merit(here, slopes);
    }
  }

  /// The first ones that are not close to each other.
  std::vector<Candidate> apart(const std::vector<Candidate>& sorted) const {
    constexpr std::size_t kStarts = 4;
    constexpr double kClose = 0.1;
    const Kernel& kernel = models_.front()->kernel();
    std::vector<Candidate> result;
    MatrixXd rows(kStarts, features_.size());
    for (const Candidate& one : sorted) {
      if (result.size() == kStarts) break;
      const Row embedded = kernel.embed(one.row);
      const auto count = index_of(result.size());
      if (count > 0 && kernel.squares(rows.topRows(count), embedded).minCoeff() < kClose * kClose) continue;
      rows.row(count) = embedded;
      result.push_back(one);
    }
    return result;
  }

  void improve(Candidate& start, Random& random) const {
    constexpr int kRounds = 3;
    for (int round = 0; round < kRounds; ++round) {
      climb(start, random);
      if (!exchange(start, random)) return;
    }
  }

  /// Takes the best of all points that differ in one value that is not continuous. Returns whether one is better.
  bool exchange(Candidate& start, Random& random) const {
    std::vector<Candidate> others;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (std::isnan(start.point[i])) continue;
      for (const double other : axes_[i].others(start.point[i])) {
        Point places = filled(start.point, random);
        places[i] = other;
        others.push_back(candidate(valid(places)));
      }
    }
    if (others.empty()) return false;
    judge(others);
    Candidate& best = *std::ranges::max_element(others, std::less<>(), &Candidate::merit);
    if (best.merit <= start.merit) return false;
    start = std::move(best);
    return true;
  }

  /// Uphill in the continuous hyperparameters that are active; coordinates are in lengths of the kernel.
  void climb(Candidate& start, Random& random) const {
    std::vector<Index> moving;
    for (const Index f : smooth_) {
      if (!std::isnan(start.point[features_.parameter(f)])) moving.push_back(f);
    }
    if (moving.empty()) return;
    std::vector<double> unit, from;
    for (const Index f : moving) {
      unit.push_back(std::min(1 / models_.front()->kernel().metric.col(f).norm(), 1.0));
      from.push_back(start.row[f] / unit.back());
    }
    Box box = {Point(unit.size(), 0), unit};
    for (double& high : box.high) high = 1 / high;
    Row row = start.row;
    const auto function = [&](std::span<const double> x, std::span<double> gradient) {
      for (std::size_t i = 0; i < moving.size(); ++i) row[moving[i]] = x[i] * unit[i];
      return downhill(row, moving, unit, gradient);
    };
    const Minimum top = minimise(function, from, box, {40, 1e-3, 0.1, 1e-5});
    Point places = filled(start.point, random);
    for (std::size_t i = 0; i < moving.size(); ++i) {
      places[features_.parameter(moving[i])] = std::clamp(top.x[i] * unit[i], 0.0, 1.0);
    }
    Candidate found[] = {candidate(valid(places))};
    judge(std::span(found));
    if (found[0].merit > start.merit) start = std::move(found[0]);
  }

  /// The negative merit and its slopes.
  double downhill(const Row& row, const std::vector<Index>& moving, const std::vector<double>& unit,
                  std::span<double> gradient) const {
    std::vector<Belief> beliefs, slopes(models_.size());
    std::vector<BeliefSlopes> by_row;
    for (const Posterior* model : models_) beliefs.push_back(by_row.emplace_back(model->slopes(row)).belief);
    const double merit = acquisition_.merit(beliefs, slopes);
    for (std::size_t i = 0; i < moving.size(); ++i) {
      gradient[i] = 0;
      for (std::size_t k = 0; k < models_.size(); ++k) {
        gradient[i] -= unit[i] * (slopes[k].mean * by_row[k].mean[moving[i]] +
                                  slopes[k].deviation * by_row[k].deviation[moving[i]]);
      }
    }
    return -merit;
  }

  const SearchSpace& space_;
  const std::vector<Axis>& axes_;
  const Features& features_;
  std::vector<const Posterior*> models_;
  const Acquisition& acquisition_;
  bool conditional_ = std::ranges::any_of(axes_, &Axis::conditional);
  std::vector<Index> smooth_;
};

/// Bayesian optimization with Gaussian processes: J. Močkus (1975); J. Snoek, H. Larochelle, R. P. Adams, "Practical
/// Bayesian optimization of machine learning algorithms" (2012).
class Gp : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return {{"startup", Integer{0, 10'000}, 0,
             "results to wait for before the model is used; 0: hyperparameters + 1, 3 to 10"},
            {"candidates", Integer{10, 10'000}, 200, "points to look at before the best of them are improved"},
            {"most_points", Integer{50, 5000}, 500,
             "the model takes so many trials; beyond, the best, the newest and some"}};
  }

  explicit Gp(const StrategyContext& context)
      : space_(context.space),
        objectives_(context.objectives),
        epochs_(context.epochs),
        seed_(context.seed),
        axes_(space_.begin(), space_.end()),
        features_(space_),
        startup_(startup(context, features_)),
        candidates_(whole(context, "candidates")),
        most_points_(whole(context, "most_points")),
        models_(objectives_.size()) {
    if (space_.size() <= Sobol::kMostDimensions) sobol_.emplace(static_cast<int>(space_.size()), seed_);
  }

  Move ask(const Turn& turn) override {
    if (features_.size() == 0 || usable_.size() < startup_) return Start{space_.decode(first(turn.number)), epochs_};
    const std::vector<VectorXd> targets = this->targets();
    std::vector<Posterior*> models;
    for (std::size_t m = 0; m < targets.size(); ++m) {
      models.push_back(&models_[m].model(features_, usable_rows_, targets[m]));
    }
    const std::vector<Row> running = this->running(turn);
    Acquisition acquisition(weights(turn.number), reference(targets));
    const std::vector<Point> best = leaders(models, acquisition);
    acquisition.set_best(least_score(models, running, acquisition) - boldness(turn.number));
    if (!failure_.empty()) models.push_back(&failure_.model(features_, rows_, failures()));
    Random random(seed_, turn.number, "gp");
    return Start{space_.decode(search(models, running, acquisition, best, random)), epochs_};
  }

  void tell(const Trial& trial) override {
    LearningCurve curve = learning_curve(trial, objectives_);
    const bool finite = std::ranges::all_of(curve.costs, [](double cost) { return std::isfinite(cost); });
    const bool failed = trial.state == State::failed || !finite;
    if (!failed && curve.costs.empty()) return;
    const auto [found, fresh] = numbers_.try_emplace(trial.number, points_.size());
    if (fresh) {
      points_.push_back(space_.encode(trial.params));
      rows_.push_back(features_.row(points_.back()));
      curves_.emplace_back();
      failed_.push_back(false);
    }
    ++tellings_;
    if (failed) {
      fail(found->second);
    } else {
      take(found->second, std::move(curve));
    }
    if (tellings_ >= due_) remember();
  }

 private:
  static std::size_t whole(const StrategyContext& context, std::string_view name) {
    return static_cast<std::size_t>(context.settings.get<std::int64_t>(name));
  }

  static std::size_t startup(const StrategyContext& context, const Features& features) {
    const std::size_t given = whole(context, "startup");
    return given > 0 ? given : std::clamp<std::size_t>(unsigned_of(features.size()) + 1, 3, 10);
  }

  Point first(int number) const {
    Point place(space_.size());
    if (sobol_) {
      sobol_->point(static_cast<std::uint64_t>(number), place);
    } else {
      Random random(seed_, number, "gp first");
      for (double& one : place) one = random.uniform();
    }
    return place;
  }

  /// It keeps what it measured before.
  void fail(std::size_t index) {
    failed_[index] = true;
    if (!std::exchange(any_failed_, true)) due_ = tellings_;
  }

  void take(std::size_t index, LearningCurve curve) {
    failed_[index] = false;
    if (curves_[index].costs.empty()) {
      usable_.push_back(index);
      usable_rows_.push_back(rows_[index]);
    }
    curves_[index] = std::move(curve);
  }

  /// Models are fitted to what is known now, until it is a little more; from the beginning when it is much more.
  void remember() {
    constexpr std::size_t kSteady = 30, kLittle = 25, kMuch = 5;
    if (usable_.size() < startup_) return;
    const std::size_t size = std::min(tellings_, most_points_);
    const bool anew = tellings_ >= due_anew_;
    due_ = tellings_ + std::max<std::size_t>(size / kLittle, 1);
    if (anew) due_anew_ = tellings_ + (tellings_ < kSteady ? 1 : size / kMuch);
    const std::vector<VectorXd> targets = this->targets();
    VectorXd sum = targets[0];
    for (std::size_t m = 1; m < targets.size(); ++m) sum += targets[m];
    const std::vector<Index> chosen = telling(sum, index_of(most_points_));
    for (std::size_t m = 0; m < targets.size(); ++m) models_[m].remember({chosen, targets[m]}, anew);
    if (!any_failed_) return;
    const VectorXd failures = this->failures();
    failure_.remember({telling(failures, index_of(most_points_)), failures}, anew);
  }

  /// Costs of the usable trials, tamed, by objective.
  std::vector<VectorXd> targets() const {
    std::vector<const LearningCurve*> curves;
    for (const std::size_t i : usable_) curves.push_back(&curves_[i]);
    std::vector<VectorXd> result;
    for (std::size_t m = 0; m < objectives_.size(); ++m) {
      const std::vector<double> costs = tamed(levelled(curves, startup_, m));
      result.emplace_back(Eigen::Map<const VectorXd>(costs.data(), index_of(costs.size())));
    }
    return result;
  }

  /// 1 for each trial that failed, -1 for others.
  VectorXd failures() const {
    VectorXd result(index_of(failed_.size()));
    for (Index i = 0; i < result.size(); ++i) result[i] = failed_[unsigned_of(i)] ? 1 : -1;
    return result;
  }

  /// The inverse of a random direction, in which no objective lacks.
  std::vector<double> weights(int number) const {
    constexpr double kLeast = 0.05;
    Random random(seed_, number, "gp weights");
    std::vector<double> result(objectives_.size(), 1);
    if (result.size() == 1) return result;
    for (double& one : result) one = std::abs(random.normal());
    const double length = std::sqrt(std::inner_product(result.begin(), result.end(), result.begin(), 0.0));
    for (double& one : result) one = 1 / std::max(one / length, kLeast);
    return result;
  }

  /// A little worse than the worst on the front, in each objective.
  static std::vector<double> reference(const std::vector<VectorXd>& targets) {
    constexpr double kMargin = 0.1, kLeastMargin = 1e-3;
    if (targets.size() == 1) return {0};
    std::vector<std::vector<double>> costs(unsigned_of(targets[0].size()));
    for (std::size_t i = 0; i < costs.size(); ++i) {
      for (const VectorXd& one : targets) costs[i].push_back(one[index_of(i)]);
    }
    const std::vector<std::size_t> front = pareto_front(costs);
    std::vector<double> result;
    for (std::size_t m = 0; m < targets.size(); ++m) {
      const auto cost = [&](std::size_t i) { return costs[i][m]; };
      const double low = cost(std::ranges::min(front, {}, cost)), high = cost(std::ranges::max(front, {}, cost));
      result.push_back(high + kMargin * (high - low) + kLeastMargin);
    }
    return result;
  }

  /// Of trials that were not told yet.
  std::vector<Row> running(const Turn& turn) const {
    std::vector<Row> result;
    for (const Trial* trial : turn.running) {
      if (!numbers_.contains(trial->number)) result.push_back(features_.row(space_.encode(trial->params)));
    }
    return result;
  }

  /// Each fourth trial has to improve on the best one by a tenth of the targets' deviation: it looks at other values
  /// and regions, while the others refine the best one.
  static double boldness(int number) { return number % 4 == 3 ? 0.1 : 0; }

  /// The told points of the lowest scores, the best first.
  std::vector<Point> leaders(const std::vector<Posterior*>& models, const Acquisition& acquisition) const {
    constexpr std::size_t kLeaders = 5;
    std::vector<std::pair<double, Index>> scores;
    std::vector<double> costs(models.size());
    for (Index i = 0; i < models[0]->size(); ++i) {
      for (std::size_t m = 0; m < models.size(); ++m) costs[m] = models[m]->means()[i];
      scores.emplace_back(acquisition.score(costs), i);
    }
    std::ranges::sort(scores);
    scores.resize(std::min(scores.size(), kLeaders));
    std::vector<Point> result;
    for (const auto& [score, i] : scores) result.push_back(points_[usable_[unsigned_of(models_[0].row_of(i))]]);
    return result;
  }

  /// What is expected at the best of the told and running points.
  static double least_score(const std::vector<Posterior*>& models, const std::vector<Row>& running,
                            const Acquisition& acquisition) {
    double least = kInfinity;
    std::vector<double> costs(models.size());
    for (Index i = 0; i < models[0]->size(); ++i) {
      for (std::size_t m = 0; m < models.size(); ++m) costs[m] = models[m]->means()[i];
      least = std::min(least, acquisition.score(costs));
    }
    for (const Row& row : running) {
      for (std::size_t m = 0; m < models.size(); ++m) costs[m] = models[m]->beliefs(row).front().mean;
      least = std::min(least, acquisition.score(costs));
    }
    return least;
  }

  Point search(const std::vector<Posterior*>& models, const std::vector<Row>& running, const Acquisition& acquisition,
               const std::vector<Point>& best, Random& random) const {
    std::vector<Index> sizes;
    for (Posterior* model : models) {
      sizes.push_back(model->size());
      for (const Row& row : running) model->append(row);
    }
    const Search search(space_, axes_, features_, {models.begin(), models.end()}, acquisition);
    const std::vector<Point> found = search.run(best, candidates_, random);
    for (std::size_t k = 0; k < models.size(); ++k) models[k]->truncate(sizes[k]);
    const auto known = [&](const Point& point) { return among(rows_, point) || among(running, point); };
    const auto fresh = std::ranges::find_if_not(found, known);
    return fresh == found.end() ? found.front() : *fresh;
  }

  bool among(const std::vector<Row>& rows, const Point& point) const {
    constexpr double kSame = 1e-12;
    const Row row = features_.row(point);
    return std::ranges::any_of(rows, [&](const Row& one) { return (one - row).cwiseAbs().maxCoeff() <= kSame; });
  }

  SearchSpace space_;
  std::vector<Objective> objectives_;
  Budget epochs_;
  std::uint64_t seed_;
  std::vector<Axis> axes_;
  Features features_;
  std::size_t startup_, candidates_, most_points_;
  std::optional<Sobol> sobol_;

  std::unordered_map<int, std::size_t> numbers_;  // trials in the order in which they were first told
  std::vector<Point> points_;
  std::vector<Row> rows_;
  std::vector<LearningCurve> curves_;  // empty before they measure something
  std::vector<bool> failed_;
  std::vector<std::size_t> usable_;  // those that measured something, in the order in which they first did
  std::vector<Row> usable_rows_;
  bool any_failed_ = false;
  std::size_t tellings_ = 0, due_ = 0, due_anew_ = 0;
  std::vector<Surrogate> models_;  // of the objectives
  Surrogate failure_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::Gp, "gp", "Gaussian process: the fewest trials, for some hundred of them")

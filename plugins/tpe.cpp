#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include <pegbox/pareto.hpp>
#include <pegbox/random.hpp>
#include <pegbox/ranking.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// The number of a kernel in a mixture (the prior is 0), or of a told trial.
using Index = std::uint32_t;

constexpr Index kPrior = 0;

/// Kernels are added up so many at a time, in loops of a fixed length that compilers turn into vector code. Arrays of
/// kernels are as long as whole blocks.
constexpr std::size_t kBlock = 64;
using Block = std::array<double, kBlock>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The probability that a standard normal number lies between two others; exact in the tails.
double normal_mass(double low, double high) {
  low /= std::numbers::sqrt2;
  high /= std::numbers::sqrt2;
  if (low > 0) return (std::erfc(low) - std::erfc(high)) / 2;
  if (high < 0) return (std::erfc(-high) - std::erfc(-low)) / 2;
  return (std::erf(high) - std::erf(low)) / 2;
}

/// The least bandwidth, as a part of the range.
constexpr double kNarrowest = 0.01;

/// One hyperparameter as the model sees it. A value of a discrete one is a cell of [0, 1], whose probability is looked
/// up; where cells are much narrower than kernels, at most a quarter of the narrowest one, and in a continuous range
/// there is a density.
class Axis {
 public:
  explicit Axis(const Parameter& parameter)
      : domain_(parameter.domain), conditional_(!parameter.when.empty()), count_(cardinality(domain_)) {
    nominal_ = !numeric(domain_) || (std::holds_alternative<Choice>(domain_) && (count_ < 3 || !ordered(domain_)));
    const auto* whole = std::get_if<Integer>(&domain_);
    curved_ = whole != nullptr && whole->log;
    edges_.push_back(0);
    for (std::int64_t k = 0; k < count_; ++k) {
      const double end = k + 1 == count_ ? 1 : edge(k + 1);
      if (!nominal_ && end - edges_.back() < kNarrowest / 4) break;
      edges_.push_back(end);
      middles_.push_back(to_unit(domain_, from_unit(domain_, (edge(k) + end) / 2)));
    }
  }

  bool nominal() const { return nominal_; }          ///< choices without an order
  bool conditional() const { return conditional_; }  ///< not always active
  bool continuous() const { return count_ == 0; }
  std::size_t cells() const { return middles_.size(); }  ///< those that are looked up, the first ones
  bool dense() const { return count_ == 0 || static_cast<std::size_t>(count_) > cells(); }  ///< has others
  double middle(std::size_t cell) const { return middles_[cell]; }
  double left(std::size_t cell) const { return edges_[cell]; }
  double right(std::size_t cell) const { return edges_[cell + 1]; }
  double width(std::size_t cell) const { return right(cell) - left(cell); }

  /// `cells()` or more where there is a density.
  std::size_t cell(double place) const {
    if (cells() == 0) return 0;
    if (!curved_) return std::min(static_cast<std::size_t>(place * static_cast<double>(cells())), cells() - 1);
    const auto value = std::get<std::int64_t>(from_unit(domain_, place));
    return static_cast<std::size_t>(value - std::get<Integer>(domain_).low);
  }

  /// The place of the value that is meant by a place.
  double snap(double place) const {
    if (continuous()) return place;
    const std::size_t at = cell(place);
    return at < cells() ? middles_[at] : to_unit(domain_, from_unit(domain_, place));
  }

 private:
  double edge(std::int64_t k) const {
    if (!curved_) return static_cast<double>(k) / static_cast<double>(count_);
    const auto& whole = std::get<Integer>(domain_);
    const double low = static_cast<double>(whole.low) - 0.5;
    return std::log((low + static_cast<double>(k)) / low) / std::log((static_cast<double>(whole.high) + 0.5) / low);
  }

  Domain domain_;
  bool conditional_, nominal_ = false;
  bool curved_ = false;  // cells are of different widths, each narrower than the one before
  std::int64_t count_;
  std::vector<double> edges_, middles_;
};

/// How narrow kernels may become.
enum class Sharpness { normal, sharp };

/// One coordinate of a point as a mixture needs it. A density subtracts ((place − centre) · scale)² from the logarithm
/// of each kernel and adds `norm` where the sum of norms lacks it; cells add the table's entry at the kernel's row.
struct Term {
  double place = 0;
  const double *centre = nullptr, *scale = nullptr, *norm = nullptr;
  const double* table = nullptr;
  const Index* row = nullptr;
};

/// The kernels of one hyperparameter in a mixture: normal distributions cut off at the ends of the range, or for
/// choices 1 for the own one and a little for each. The prior is as wide as the range. The kernel of a trial where the
/// hyperparameter was inactive is flat.
///
/// The bandwidth of n observations is the larger distance to a neighbour, at the ends the distance to the only one,
/// but at least 1 / (n + 2) and a hundredth of the range (J. Bergstra et al., 2011, and what Hyperopt calls magic
/// clipping). Sharp ones may be a third of that, but not less than a third of a cell, so that the next value is never
/// out of reach.
class Column {
 public:
  Column(const Axis& axis, double prior_weight, Sharpness sharpness)
      : axis_(&axis), prior_weight_(prior_weight), sharp_(sharpness == Sharpness::sharp), table_(axis.cells()) {
    clear();
  }

  void clear() {
    sorted_.clear();
    chosen_ = 0;
    narrowest_ = 0;
    std::ranges::fill(row_, kFlat);
    grow(kBlock);
    if (!axis_->nominal()) set(kPrior, 0.5, 1);
  }

  void grow(std::size_t size) {
    centre_.resize(size, 0.5);
    sigma_.resize(size, 0);
    if (axis_->cells() > 0) row_.resize(size, kFlat);
    if (!axis_->dense()) return;
    scale_.resize(size, 0);
    norm_.resize(size, 0);
  }

  /// Adds the numbers of the kernels that changed to `touched`.
  void add(Index kernel, double place, std::vector<Index>& touched) {
    if (std::isnan(place)) return flatten(kernel);
    if (axis_->nominal()) {
      row_[kernel] = static_cast<Index>(axis_->cell(place)) + 1;
      ++chosen_;
      return;
    }
    centre_[kernel] = place;
    sigma_[kernel] = 0;
    const auto at = position(kernel);
    sorted_.insert(sorted_.begin() + at, kernel);
    refit(static_cast<std::size_t>(at), touched);
  }

  void remove(Index kernel, double place, std::vector<Index>& touched) {
    if (std::isnan(place)) return;
    if (axis_->nominal()) {
      --chosen_;
      return;
    }
    const auto at = position(kernel);
    sorted_.erase(sorted_.begin() + at);
    // Its row may go; what is left of the kernel, with weight 0, is still looked up.
    if (axis_->cells() > 0) row_[kernel] = kFlat;
    refit(static_cast<std::size_t>(at), touched);
  }

  /// To be called after changes.
  void settle(std::vector<Index>& touched) {
    if (!stale_) return;
    stale_ = false;
    forget_rows();
    fit(0, sorted_.size(), touched);
  }

  /// What the logarithm of the kernel is at its centre, for a density.
  double norm(Index kernel) const { return norm_[kernel]; }

  /// A random place, not yet snapped to a value.
  double draw(Index kernel, Random& random) const {
    if (flat(kernel)) return random.uniform();
    if (axis_->nominal()) {
      const double whole = 1 + static_cast<double>(axis_->cells()) * share();
      return random.uniform() * whole < 1 ? axis_->middle(row_[kernel] - 1) : random.uniform();
    }
    double place = -1;
    while (place < 0 || place > 1) place = centre_[kernel] + sigma_[kernel] * random.normal();
    return place;
  }

  /// Its pointers are good until a kernel is added or removed.
  Term term(double place) {
    const std::size_t cell = axis_->cell(place);
    if (cell >= axis_->cells()) {
      return {place, centre_.data(), scale_.data(), always_dense() ? nullptr : norm_.data()};
    }
    if (axis_->nominal()) {
      tabulate_choice(cell);
    } else {
      tabulate(cell);
    }
    return {place, nullptr, nullptr, nullptr, table_[cell].data(), row_.data()};
  }

  /// Whether each point has a density here, so that the norm is a constant of the kernel.
  bool always_dense() const { return axis_->cells() == 0 && !axis_->conditional(); }

 private:
  static constexpr Index kFlat = 0;  // row

  /// A kernel that some trials have in common, and how much of it lies in the range.
  struct Row {
    double centre, sigma, mass;
  };

  bool flat(Index kernel) const { return axis_->cells() > 0 ? row_[kernel] == kFlat : scale_[kernel] == 0; }

  void flatten(Index kernel) {
    if (axis_->cells() > 0) row_[kernel] = kFlat;
    if (axis_->dense()) scale_[kernel] = norm_[kernel] = 0;
  }

  std::ptrdiff_t position(Index kernel) const {
    const auto less = [&](Index a, Index b) { return centre_[a] < centre_[b] || (centre_[a] == centre_[b] && a < b); };
    return std::ranges::lower_bound(sorted_, kernel, less) - sorted_.begin();
  }

  double narrowest() const {
    const double n = static_cast<double>(sorted_.size()) + 2;
    return std::max(kNarrowest, 1 / (sharp_ ? 3 * n : n));
  }

  /// The bandwidths next to a position. Where the least one changed, all are left to `settle`.
  void refit(std::size_t at, std::vector<Index>& touched) {
    stale_ = stale_ || narrowest() != narrowest_;
    narrowest_ = narrowest();
    if (!stale_) fit(at == 0 ? 0 : at - 1, std::min(at + 2, sorted_.size()), touched);
  }

  void fit(std::size_t first, std::size_t end, std::vector<Index>& touched) {
    for (std::size_t p = first; p < end; ++p) {
      const Index kernel = sorted_[p];
      const double width = bandwidth(p);
      if (width == sigma_[kernel]) continue;
      set(kernel, centre_[kernel], width);
      touched.push_back(kernel);
    }
  }

  double bandwidth(std::size_t at) const {
    const double centre = centre_[sorted_[at]];
    double gap = sorted_.size() == 1 ? std::max(centre, 1 - centre) : 0;
    if (at > 0) gap = centre - centre_[sorted_[at - 1]];
    if (at + 1 < sorted_.size()) gap = std::max(gap, centre_[sorted_[at + 1]] - centre);
    double least = narrowest_;
    const std::size_t cell = axis_->cell(centre);
    if (sharp_ && cell < axis_->cells()) least = std::max(least, axis_->width(cell) / 3);
    return std::clamp(gap, least, 1.0);
  }

  void set(Index kernel, double centre, double sigma) {
    centre_[kernel] = centre;
    sigma_[kernel] = sigma;
    const double mass = normal_mass(-centre / sigma, (1 - centre) / sigma);
    if (axis_->cells() > 0) {
      const auto [found, fresh] = known_rows_.try_emplace({centre, sigma}, static_cast<Index>(rows_.size()) + 1);
      if (fresh) rows_.push_back({centre, sigma, mass});
      row_[kernel] = found->second;
    }
    if (!axis_->dense()) return;
    scale_[kernel] = 1 / (sigma * std::numbers::sqrt2);
    norm_[kernel] = -std::log(sigma * mass * std::sqrt(2 * std::numbers::pi));
  }

  /// So that rows of bandwidths that are gone do not pile up.
  void forget_rows() {
    if (axis_->cells() == 0) return;
    known_rows_.clear();
    rows_.clear();
    for (auto& entries : table_) entries.clear();
    set(kPrior, 0.5, 1);
    for (const Index kernel : sorted_) sigma_[kernel] = 0;
  }

  /// Adds the rows that the table lacks at a cell.
  void tabulate(std::size_t cell) {
    auto& entries = table_[cell];
    if (entries.empty()) entries.push_back(std::log(axis_->width(cell)));
    for (std::size_t r = entries.size() - 1; r < rows_.size(); ++r) {
      const auto& [centre, sigma, whole] = rows_[r];
      const double mass = normal_mass((axis_->left(cell) - centre) / sigma, (axis_->right(cell) - centre) / sigma);
      entries.push_back(std::log(std::max(mass / whole, std::numeric_limits<double>::min())));
    }
  }

  /// What a kernel has for each choice, where it has 1 more for its own, before they are made to add up to 1.
  double share() const { return prior_weight_ / (static_cast<double>(chosen_) + 1); }

  void tabulate_choice(std::size_t cell) {
    const auto choices = static_cast<double>(axis_->cells());
    const double whole = 1 + choices * share();
    table_[cell].assign(axis_->cells() + 1, std::log(share() / whole));
    table_[cell][cell + 1] = std::log((1 + share()) / whole);
    table_[cell][kFlat] = -std::log(choices);
  }

  const Axis* axis_;
  double prior_weight_;
  bool sharp_;
  double narrowest_ = 0;
  bool stale_ = false;         // not all bandwidths are up to date
  std::size_t chosen_ = 0;     // kernels of choices that are not flat
  std::vector<Index> sorted_;  // the other kernels but the prior and flat ones, by centre
  std::vector<double> centre_, sigma_, scale_, norm_;
  std::vector<Index> row_;
  std::vector<Row> rows_;  // from row 1 on
  std::map<std::pair<double, double>, Index> known_rows_;
  std::vector<std::vector<double>> table_;  // logarithms of probabilities, by cell and row
};

/// The logarithm of a sum of weighted exponentials, block by block.
class LogSum {
 public:
  void add(const Block& logs, const double* weights) {
    const double top = largest(logs);
    if (top > max_) {
      sum_ *= std::exp(max_ - top);
      max_ = top;
    }
    constexpr double kNegligible = 50;  // below 2 · 10⁻²² of the largest one
    for (std::size_t i = 0; i < kBlock; ++i) {
      if (logs[i] > max_ - kNegligible) sum_ += weights[i] * std::exp(logs[i] - max_);
    }
  }

  double value() const { return max_ + std::log(sum_); }

 private:
  static double largest(const Block& logs) {
    std::array<double, 8> top{};
    std::copy_n(logs.begin(), top.size(), top.begin());
    for (std::size_t i = top.size(); i < kBlock; i += top.size()) {
      for (std::size_t k = 0; k < top.size(); ++k) top[k] = logs[i + k] > top[k] ? logs[i + k] : top[k];
    }
    return *std::ranges::max_element(top);
  }

  double max_ = -kInfinity, sum_ = 0;
};

/// A mixture of products of kernels: the prior's and one for each of some points. A kernel that is removed keeps its
/// place with weight 0, so that the others keep theirs.
class Mixture {
 public:
  Mixture(const std::vector<Axis>& axes, double prior_weight, Sharpness sharpness) : prior_weight_(prior_weight) {
    for (const Axis& axis : axes) columns_.emplace_back(axis, prior_weight, sharpness);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (columns_[i].always_dense()) always_.push_back(i);
    }
    clear();
  }

  void clear() {
    for (Column& column : columns_) column.clear();
    member_.assign(1, 1);
    norm_.assign(std::max(norm_.size(), kBlock), 0);
    touched_.assign(1, kPrior);
  }

  bool has(Index kernel) const { return kernel < member_.size() && member_[kernel] != 0; }

  /// `kernel` is 1 or more.
  void add(Index kernel, std::span<const double> point) {
    if (kernel >= norm_.size()) grow(2 * norm_.size());
    if (kernel >= member_.size()) member_.resize(kernel + 1, 0);
    member_[kernel] = 1;
    touched_.push_back(kernel);
    for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].add(kernel, point[i], touched_);
  }

  void remove(Index kernel, std::span<const double> point) {
    member_[kernel] = 0;
    while (member_.back() == 0) member_.pop_back();
    for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].remove(kernel, point[i], touched_);
  }

  /// To be called after changes, with the weight of the k-th point of how many.
  template <class Weight>
  void weigh(const Weight& weight) {
    settle();
    constexpr double kNever = -1e300;
    const std::size_t size = (member_.size() + kBlock - 1) / kBlock * kBlock;
    weights_.assign(size, 0);
    offsets_.assign(size, kNever);
    const auto count = static_cast<std::size_t>(std::ranges::count(member_, 1)) - 1;
    std::size_t k = 0;
    sum_ = 0;
    for (Index kernel = 0; kernel < member_.size(); ++kernel) {
      if (member_[kernel] == 0) continue;
      weights_[kernel] = kernel == kPrior ? prior_weight_ : weight(k++, count);
      offsets_[kernel] = norm_[kernel];
      sum_ += weights_[kernel];
    }
  }

  /// A random kernel by weight.
  Index pick(Random& random) const {
    double left = random.uniform() * sum_;
    for (Index kernel = 0; kernel < member_.size(); ++kernel) {
      left -= weights_[kernel];
      if (left < 0) return kernel;
    }
    return kPrior;
  }

  const Column& column(std::size_t i) const { return columns_[i]; }

  std::size_t blocks() const { return weights_.size() / kBlock; }

  /// The active coordinates of a point; good until a kernel is added or removed.
  void prepare(std::span<const double> point, std::vector<Term>& terms) {
    terms.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!std::isnan(point[i])) terms.push_back(columns_[i].term(point[i]));
    }
  }

  /// Adds what the kernels of one block have at a point.
  void add_block(std::size_t block, std::span<const Term> terms, LogSum& sum) const {
    const std::size_t first = block * kBlock;
    Block logs;
    std::copy_n(offsets_.data() + first, kBlock, logs.begin());
    for (const Term& term : terms) {
      if (term.table == nullptr) {
        add_density(term, first, logs);
      } else {
        add_cell(term, first, logs);
      }
    }
    sum.add(logs, weights_.data() + first);
  }

 private:
  static void add_density(const Term& term, std::size_t first, Block& logs) {
    const double* centre = term.centre + first;
    const double* scale = term.scale + first;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const double distance = (term.place - centre[i]) * scale[i];
      logs[i] -= distance * distance;
    }
    if (term.norm == nullptr) return;
    for (std::size_t i = 0; i < kBlock; ++i) logs[i] += term.norm[first + i];
  }

  static void add_cell(const Term& term, std::size_t first, Block& logs) {
    const Index* row = term.row + first;
    for (std::size_t i = 0; i < kBlock; ++i) logs[i] += term.table[row[i]];
  }

  void grow(std::size_t size) {
    for (Column& column : columns_) column.grow(size);
    norm_.resize(size, 0);
  }

  void settle() {
    for (Column& column : columns_) column.settle(touched_);
    for (const Index kernel : touched_) {
      norm_[kernel] = 0;
      for (const std::size_t i : always_) norm_[kernel] += columns_[i].norm(kernel);
    }
    touched_.clear();
  }

  double prior_weight_;
  std::vector<Column> columns_;
  std::vector<std::size_t> always_;  // columns whose norms are in `norm_`
  std::vector<char> member_;
  std::vector<double> norm_, weights_, offsets_;
  std::vector<Index> touched_;
  double sum_ = 0;  // of the weights
};

/// What a told trial is worth.
struct Score {
  std::vector<double> costs;  ///< none where it failed or measured what is not finite: then it is worth nothing
  bool complete = false;
  Budget epochs = 0;
};

/// The told trials from good to bad: complete ones, then stopped ones, those of more epochs first. Equals among these
/// are ordered by cost; of several objectives by the front that a trial belongs to, and on a front by how much it adds
/// to the hypervolume of those before it.
class Ranking {
 public:
  /// Replaces what was known of a trial; trials are numbered from 0 on.
  void set(Index trial, Score score) {
    const auto less = [&](Index a, Index b) { return before(a, b); };
    if (trial >= scores_.size()) scores_.resize(trial + 1);
    if (!scores_[trial].costs.empty()) order_.erase(std::ranges::lower_bound(order_, trial, less));
    scores_[trial] = std::move(score);
    if (!scores_[trial].costs.empty()) order_.insert(std::ranges::lower_bound(order_, trial, less), trial);
  }

  /// How many are worth something.
  std::size_t size() const { return order_.size(); }

  /// The best ones in their order; `count` is at most `size()`.
  std::vector<Index> best(std::size_t count) const {
    const auto at = [&](std::size_t k) { return order_.begin() + static_cast<std::ptrdiff_t>(k); };
    if (order_.empty() || scores_[order_[0]].costs.size() == 1) return {order_.begin(), at(count)};
    std::vector<Index> result;
    for (std::size_t first = 0; result.size() < count;) {
      const auto last = std::find_if(at(first), order_.end(), [&](Index t) { return better_kind(order_[first], t); });
      take({at(first), last}, count - result.size(), result);
      first = static_cast<std::size_t>(last - order_.begin());
    }
    return result;
  }

 private:
  bool better_kind(Index a, Index b) const {
    const Score &x = scores_[a], &y = scores_[b];
    if (x.complete != y.complete) return x.complete;
    return !x.complete && x.epochs > y.epochs;
  }

  bool before(Index a, Index b) const {
    if (better_kind(a, b) || better_kind(b, a)) return better_kind(a, b);
    const double x = scores_[a].costs[0], y = scores_[b].costs[0];
    return x < y || (x == y && a < b);
  }

  /// Adds the best `count` of some trials of one kind, all if there are fewer.
  void take(const std::vector<Index>& trials, std::size_t count, std::vector<Index>& result) const {
    std::vector<std::vector<double>> costs;
    for (const Index trial : trials) costs.push_back(scores_[trial].costs);
    const std::vector<int> ranks = domination_ranks(costs);
    const std::vector<double> worst = reference(costs);
    const std::size_t most = result.size() + std::min(count, trials.size());
    for (int rank = 0; result.size() < most; ++rank) {
      std::vector<std::vector<double>> front;
      std::vector<Index> members;
      for (std::size_t i = 0; i < trials.size(); ++i) {
        if (ranks[i] != rank) continue;
        front.push_back(costs[i]);
        members.push_back(trials[i]);
      }
      const std::size_t wanted = std::min(most - result.size(), members.size());
      for (const std::size_t i : hypervolume_subset(front, worst, wanted)) result.push_back(members[i]);
    }
  }

  /// A little worse than the worst in each objective.
  static std::vector<double> reference(Costs points) {
    std::vector<double> result = points[0];
    for (const auto& costs : points) {
      for (std::size_t i = 0; i < costs.size(); ++i) result[i] = std::max(result[i], costs[i]);
    }
    for (double& cost : result) cost = cost == 0 ? 1e-12 : std::max(1.1 * cost, 0.9 * cost);
    return result;
  }

  std::vector<Score> scores_;
  std::vector<Index> order_;
};

/// A point that may be tried, with the logarithm of its density among good trials and among the others.
struct Candidate {
  std::vector<double> point;
  std::vector<Term> terms;  ///< in the mixture of the others
  double good = 0;
  LogSum bad = {};
  double bound = 0;  ///< at most this good, by the kernels that were added up
};

/// The tree-structured Parzen estimator of J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for
/// hyper-parameter optimization" (NeurIPS 2011), in the multivariate form of S. Falkner, A. Klein, F. Hutter, "BOHB"
/// (ICML 2018), which Optuna 5 has too: of some points drawn from a mixture of kernels at the good trials the one is
/// tried where that density is largest against the density of all others. Trials that run count among the others (the
/// constant liar), and so do failed ones. Several objectives as in Y. Ozaki et al., "Multiobjective tree-structured
/// Parzen estimator" (JAIR 2022).
///
/// Our own: the better a good trial, the larger its weight (that of CMA-ES's recombination, N. Hansen, 2016); good
/// kernels may be three times as narrow; conditional hyperparameters are in the same mixture as the others, with flat
/// kernels where they were inactive; what was tried is not tried again in a space without continuous ranges; the first
/// points are a Latin hypercube.
class Tpe : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return {{"startup", Integer{1, 10'000}, 10, "results to wait for, at random points, before the model is used"},
            {"candidates", Integer{1, 10'000}, 24, "points to draw for each trial, of which the best one is tried"},
            {"good", Real{0.01, 0.9}, 0.1, "part of the trials that counts as good"},
            {"most_good", Integer{1, 10'000}, 25, "with one objective not more trials count as good"},
            {"prior_weight", Real{0.01, 100, true}, 1.0, "weight of the whole range against that of one trial"}};
  }

  explicit Tpe(const StrategyContext& context)
      : space_(context.space),
        objectives_(context.objectives),
        epochs_(context.epochs),
        seed_(context.seed),
        startup_(whole(context, "startup")),
        good_part_(context.settings.get<double>("good")),
        most_good_(objectives_.size() == 1 ? whole(context, "most_good") : std::numeric_limits<std::size_t>::max()),
        candidates_(whole(context, "candidates")),
        axes_(space_.begin(), space_.end()),
        good_(axes_, context.settings.get<double>("prior_weight"), Sharpness::sharp),
        bad_(axes_, context.settings.get<double>("prior_weight"), Sharpness::normal) {
    for (std::size_t i = 0; i < space_.size(); ++i) {
      auto& strata = strata_.emplace_back(startup_);
      std::iota(strata.begin(), strata.end(), 0);
      Random random(seed_, static_cast<std::int64_t>(i), "tpe strata");
      random.shuffle(strata);
    }
  }

  Move ask(const Turn& turn) override {
    Random random(seed_, turn.number, "tpe");
    if (ranking_.size() < startup_) return Start{space_.decode(stratified(turn.number, random)), epochs_};
    split();
    std::vector<std::vector<double>> running;
    for (const Trial* trial : turn.running) {
      if (!numbers_.contains(trial->number)) running.push_back(space_.encode(trial->params));
    }
    auto kernel = static_cast<Index>(numbers_.size());
    for (const auto& point : running) bad_.add(++kernel, point);
    bad_.weigh(fading);
    const std::vector<double> point = choose(running, random);
    for (; !running.empty(); running.pop_back()) bad_.remove(kernel--, running.back());
    return Start{space_.decode(point), epochs_};
  }

  void tell(const Trial& trial) override {
    const auto [found, fresh] = numbers_.try_emplace(trial.number, static_cast<Index>(numbers_.size()));
    if (fresh) {
      const std::vector<double> point = space_.encode(trial.params);
      points_.insert(points_.end(), point.begin(), point.end());
      if (listable_) tried_.insert(key(point));
    }
    ranking_.set(found->second, score(trial));
  }

 private:
  static std::size_t whole(const StrategyContext& context, std::string_view name) {
    return static_cast<std::size_t>(context.settings.get<std::int64_t>(name));
  }

  /// The weight of the k-th oldest of n: the newest 25 count 1, older ones less and less, down to 1 / n.
  static double fading(std::size_t k, std::size_t n) {
    constexpr std::size_t kNewest = 25;
    if (k + kNewest >= n) return 1;
    const double oldest = 1 / static_cast<double>(n);
    if (n == kNewest + 1) return oldest;
    return oldest + (1 - oldest) * static_cast<double>(k) / static_cast<double>(n - kNewest - 1);
  }

  static std::uint64_t key(std::span<const double> point) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const double place : point) {
      hash ^= std::bit_cast<std::uint64_t>(std::isnan(place) ? -1 : place);
      hash *= 0x9e3779b97f4a7c15U;
      hash ^= hash >> 32;
    }
    return hash;
  }

  std::span<const double> point(Index trial) const {
    return std::span(points_).subspan(trial * space_.size(), space_.size());
  }

  Score score(const Trial& trial) const {
    Score result = {trial_costs(trial, objectives_), trial.state == State::complete, trial.epochs()};
    if (!std::ranges::all_of(result.costs, [](double cost) { return std::isfinite(cost); })) result.costs.clear();
    return result;
  }

  /// Random, but in each hyperparameter one of the first `startup` trials lies in each of as many equal parts.
  std::vector<double> stratified(int trial, Random& random) const {
    const auto number = static_cast<std::size_t>(trial) % startup_;
    std::vector<double> point;
    for (const auto& strata : strata_) {
      point.push_back((static_cast<double>(strata[number]) + random.uniform()) / static_cast<double>(startup_));
    }
    return point;
  }

  std::size_t good_count() const {
    const auto n = static_cast<double>(ranking_.size());
    return std::min({static_cast<std::size_t>(std::ceil(good_part_ * n)), most_good_, ranking_.size()});
  }

  /// Brings the mixtures in line with what was told.
  void split() {
    const std::vector<Index> best = ranking_.best(good_count());
    std::vector<char> is_good(numbers_.size(), 0);
    for (const Index trial : best) is_good[trial] = 1;
    for (Index trial = 0; trial < numbers_.size(); ++trial) {
      const bool is_bad = is_good[trial] == 0, was_bad = bad_.has(trial + 1);
      if (is_bad && !was_bad) bad_.add(trial + 1, point(trial));
      if (!is_bad && was_bad) bad_.remove(trial + 1, point(trial));
    }
    if (best == best_) return;
    best_ = best;
    good_.clear();
    for (Index k = 0; k < best.size(); ++k) good_.add(k + 1, point(best[k]));
    good_.weigh(log_rank);
  }

  /// The weight of the k-th best of n; together they weigh about as much as n equal ones.
  static double log_rank(std::size_t k, std::size_t n) {
    return std::log((static_cast<double>(n) + 0.5) / (static_cast<double>(k) + 1));
  }

  void draw(Random& random, std::vector<double>& point) const {
    point.assign(space_.size(), std::numeric_limits<double>::quiet_NaN());
    const Index kernel = good_.pick(random);
    Params params;
    for (const std::size_t i : space_.dependency_order()) {
      if (axes_[i].conditional() && !space_.active(i, params)) continue;
      point[i] = axes_[i].snap(good_.column(i).draw(kernel, random));
      if (conditional_) params.set(space_[i].name, from_unit(space_[i].domain, point[i]));
    }
  }

  bool repeats(std::span<const double> point, const std::vector<std::vector<double>>& running) const {
    if (!listable_) return false;
    if (tried_.contains(key(point))) return true;
    return std::ranges::any_of(running, [&](const auto& other) { return key(point) == key(other); });
  }

  std::vector<double> choose(const std::vector<std::vector<double>>& running, Random& random) {
    std::vector<Candidate*> fresh, repeated;
    for (Candidate& candidate : candidates_) {
      draw(random, candidate.point);
      measure(candidate);
      (repeats(candidate.point, running) ? repeated : fresh).push_back(&candidate);
    }
    if (!fresh.empty()) return best(fresh).point;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      std::vector<double> point = space_.encode(space_.decode(stratified(static_cast<int>(i), random)));
      if (!repeats(point, running)) return point;
    }
    return best(repeated).point;
  }

  /// Adds up all of the good density and the newest block of the other.
  void measure(Candidate& candidate) {
    LogSum good;
    good_.prepare(candidate.point, candidate.terms);
    for (std::size_t block = 0; block < good_.blocks(); ++block) good_.add_block(block, candidate.terms, good);
    candidate.good = good.value();
    bad_.prepare(candidate.point, candidate.terms);
    candidate.bad = {};
    bad_.add_block(bad_.blocks() - 1, candidate.terms, candidate.bad);
    candidate.bound = candidate.good - candidate.bad.value();
  }

  /// The candidate with the largest ratio of densities. What a block adds can only lower it, so that most candidates
  /// are out of the race before the last block.
  const Candidate& best(std::vector<Candidate*>& candidates) const {
    std::ranges::stable_sort(candidates, std::greater(), [](const Candidate* one) { return one->bound; });
    const Candidate* best = candidates[0];
    double most = -kInfinity;
    for (Candidate* one : candidates) {
      for (std::size_t block = bad_.blocks() - 1; block-- > 0 && one->bound > most;) {
        bad_.add_block(block, one->terms, one->bad);
        one->bound = one->good - one->bad.value();
      }
      if (one->bound <= most) continue;
      most = one->bound;
      best = one;
    }
    return *best;
  }

  SearchSpace space_;
  std::vector<Objective> objectives_;
  Budget epochs_;
  std::uint64_t seed_;
  std::size_t startup_;
  double good_part_;
  std::size_t most_good_;
  std::vector<Candidate> candidates_;
  std::vector<Axis> axes_;
  bool conditional_ = std::ranges::any_of(axes_, &Axis::conditional);
  bool listable_ =
      std::ranges::none_of(axes_, [](const Axis& axis) { return axis.continuous() && !axis.conditional(); });
  std::vector<std::vector<Index>> strata_;
  std::unordered_map<int, Index> numbers_;  // trials in the order in which they were told
  std::vector<double> points_;              // theirs, one after the other
  std::unordered_set<std::uint64_t> tried_;
  Ranking ranking_;
  std::vector<Index> best_;  // the trials in `good_`
  Mixture good_, bad_;       // kernel k + 1 is the k-th of `best_`, the trial k
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::Tpe, "tpe", "points like those of good trials and unlike the others");

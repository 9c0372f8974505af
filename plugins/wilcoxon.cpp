#include <algorithm>
#include <numeric>

#include <pegbox/reports.hpp>

namespace pegbox {
namespace {

/// What is summed up in the test: the mid-rank of a difference's size, in quarters so that it and its half are whole.
struct SignedRank {
  std::int64_t quarters;
  double difference;
};

std::vector<SignedRank> signed_ranks(std::vector<double> differences) {
  std::ranges::sort(differences, {}, [](double difference) { return std::abs(difference); });
  std::vector<SignedRank> ranks;
  for (std::size_t first = 0, end = 0; first < differences.size(); first = end) {
    while (end < differences.size() && std::abs(differences[end]) == std::abs(differences[first])) ++end;
    const auto quarters = static_cast<std::int64_t>(2 * (first + 1 + end));
    for (std::size_t i = first; i < end; ++i) ranks.push_back({quarters, differences[i]});
  }
  return ranks;
}

/// The probability that random signs give a sum of at least `sum`, by counting the 2^n ways.
double exact_tail(const std::vector<SignedRank>& ranks, std::int64_t sum) {
  std::vector<double> chance = {1};  // of each sum
  for (const SignedRank& rank : ranks) {
    const auto step = static_cast<std::size_t>(rank.quarters);
    std::vector<double> next(chance.size() + step, 0.0);
    for (std::size_t i = 0; i < chance.size(); ++i) {
      next[i] += chance[i] / 2;
      next[i + step] += chance[i] / 2;
    }
    chance = std::move(next);
  }
  if (sum >= static_cast<std::int64_t>(chance.size())) return 0;
  return std::accumulate(chance.begin() + static_cast<std::ptrdiff_t>(std::max<std::int64_t>(sum, 0)), chance.end(),
                         0.0);
}

double normal_tail(const std::vector<SignedRank>& ranks, std::int64_t sum) {
  double mean = 0, variance = 0;
  for (const SignedRank& rank : ranks) {
    const auto quarters = static_cast<double>(rank.quarters);
    mean += quarters / 2;
    variance += quarters * quarters / 4;
  }
  if (variance == 0) return sum <= 0 ? 1 : 0;
  return std::erfc((static_cast<double>(sum) - mean) / std::sqrt(2 * variance)) / 2;
}

/// The one-sided p-value of the signed-rank test of F. Wilcoxon, "Individual comparisons by ranking methods" (1945):
/// how probable it is that differences of no tendency are as much above 0. The ranks of differences of 0 count half on
/// either side. Exact for up to 50 differences, ties or not; above that by the normal distribution.
double p_above_zero(std::vector<double> differences) {
  std::vector<SignedRank> ranks = signed_ranks(std::move(differences));
  std::int64_t above = 0;
  for (const SignedRank& rank : ranks) above += rank.difference > 0 ? rank.quarters : 0;
  std::erase_if(ranks, [](const SignedRank& rank) { return rank.difference == 0; });
  constexpr std::size_t kMostExact = 50;
  return ranks.size() <= kMostExact ? exact_tail(ranks, above) : normal_tail(ranks, above);
}

/// A trial ends where the signed-rank test finds it worse than the best one: its reports are compared one by one with
/// those that the best complete trial made at the same epochs. For models whose reports are instances (folds, tasks,
/// parts of the data) and not steps of one training; the best trial is the one with the best mean over its reports.
class WilcoxonPruner : public Pruner {
 public:
  static std::vector<Setting> settings() {
    return {{"p_threshold", Real{0, 1}, 0.1, "a trial ends below this probability that it is not the worse one"},
            {"startup", Integer{0, 1'000'000}, 2, "reports to compare before the first trial is judged by them"}};
  }

  explicit WilcoxonPruner(const PrunerContext& context)
      : objective_(only_objective(context)),
        p_threshold_(context.settings.get<double>("p_threshold")),
        startup_(context.settings.get<std::int64_t>("startup")) {}

  bool keep(const Trial& running, Trials told) const override {
    const Trial* best = best_of(others(told, running.number));
    if (best == nullptr) return true;
    std::vector<double> differences = differences_from(*best, running);
    if (differences.empty() || static_cast<std::int64_t>(differences.size()) < startup_) return true;
    const double sum = std::accumulate(differences.begin(), differences.end(), 0.0);
    // The ranks may speak against a trial that is the better one on average.
    if (!(sum > 0) || std::isinf(sum)) return true;
    return p_above_zero(std::move(differences)) >= p_threshold_;
  }

 private:
  const Trial* best_of(const std::vector<const Trial*>& trials) const {
    const Trial* best = nullptr;
    double least = 0;
    for (const Trial* trial : trials) {
      if (trial->state != State::complete) continue;
      const double cost = mean_cost(*trial);
      if (std::isnan(cost) || (best != nullptr && cost >= least)) continue;
      best = trial;
      least = cost;
    }
    return best;
  }

  double mean_cost(const Trial& trial) const {
    double sum = 0, count = 0;
    for (const Report& report : trial.reports) {
      const auto cost = measured_cost(report, objective_);
      sum += cost.value_or(0);
      count += cost ? 1 : 0;
    }
    return sum / count;
  }

  std::vector<double> differences_from(const Trial& best, const Trial& running) const {
    std::vector<double> differences;
    for (const Report& report : running.reports) {
      const Report* other = report_from(best, report.epoch);
      if (other == nullptr || other->epoch != report.epoch) continue;
      const auto a = measured_cost(report, objective_), b = measured_cost(*other, objective_);
      if (a && b) differences.push_back(*a - *b);
    }
    return differences;
  }

  Objective objective_;
  double p_threshold_;
  std::int64_t startup_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_PRUNER(pegbox::WilcoxonPruner, "wilcoxon", "stops a trial that a signed-rank test finds worse than the best");

#include <algorithm>

#include <pegbox/percentile_pruner.hpp>

namespace pegbox {

double percentile_of(std::vector<double> numbers, double percentile) {
  const double place = percentile / 100 * static_cast<double>(numbers.size() - 1);
  const double part = place - std::floor(place);
  const auto lower = numbers.begin() + static_cast<std::ptrdiff_t>(place);
  std::ranges::nth_element(numbers, lower);
  if (part == 0) return *lower;
  return (1 - part) * *lower + part * *std::min_element(lower + 1, numbers.end());
}

std::vector<Setting> PercentilePruner::common_settings() {
  return {{"startup", Integer{0, 1'000'000}, 5, "no trial is pruned before so many others have stopped"},
          {"warmup", Integer{0, 1'000'000}, 1, "epochs at the beginning of each trial that are not judged"},
          {"interval", Integer{1, 1'000'000}, 1, "every so many epochs a trial is judged"},
          {"min_trials", Integer{1, 1'000'000}, 1, "so many others must have reached an epoch to judge by it"}};
}

PercentilePruner::PercentilePruner(const PrunerContext& context, double percentile)
    : objective_(only_objective(context)),
      percentile_(percentile),
      startup_(context.settings.get<std::int64_t>("startup")),
      warmup_(context.settings.get<std::int64_t>("warmup")),
      interval_(context.settings.get<std::int64_t>("interval")),
      min_trials_(context.settings.get<std::int64_t>("min_trials")) {}

bool PercentilePruner::keep(const Trial& running, Trials told) const {
  const Budget epoch = running.epochs();
  if (epoch <= warmup_ || (epoch - warmup_ - 1) % interval_ != 0) return true;
  const auto trials = others(told, running.number);
  if (static_cast<std::int64_t>(trials.size()) < startup_) return true;
  auto costs = costs_at(epoch, trials);
  if (costs.empty() || static_cast<std::int64_t>(costs.size()) < min_trials_) return true;
  return !worse(running, percentile_of(std::move(costs), percentile_));
}

std::vector<double> PercentilePruner::costs_at(Budget epoch, const std::vector<const Trial*>& trials) const {
  std::vector<double> costs;
  for (const Trial* trial : trials) {
    const Report* report = report_from(*trial, epoch);
    if (report == nullptr || report->epoch != epoch) continue;
    if (const auto one = measured_cost(*report, objective_); one && !std::isnan(*one)) costs.push_back(*one);
  }
  return costs;
}

/// Whether all that the trial has measured is worse than the limit. Not a number is worse than any number; a trial that
/// has not measured the objective at all is not judged.
bool PercentilePruner::worse(const Trial& trial, double limit) const {
  bool measured = false;
  for (const Report& report : trial.reports) {
    const auto one = measured_cost(report, objective_);
    if (!one) continue;
    measured = true;
    if (*one <= limit || std::isnan(limit)) return false;
  }
  return measured;
}

}  // namespace pegbox

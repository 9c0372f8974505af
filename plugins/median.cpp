#include <algorithm>
#include <map>

#include <pegbox/error.hpp>
#include <pegbox/pruner.hpp>

namespace pegbox {
namespace {

/// The median of some numbers, at least one: the middle one, or the mean of the two in the middle.
double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  if (numbers.size() % 2 == 1) return *middle;
  return (*std::max_element(numbers.begin(), middle) + *middle) / 2;
}

/// The median stopping rule of D. Golovin et al., "Google Vizier: a service for black-box optimization" (KDD 2017), as
/// Optuna varies it: a trial ends where the best that it has measured so far is worse than the median of what the
/// others had measured at the same epoch. Others are the trials told as complete, pruned or paused, each once, with
/// the last of its tellings; failed ones do not count.
class MedianPruner : public Pruner {
 public:
  static std::vector<Setting> settings() {
    return {{"startup", Integer{0, 1'000'000}, 5, "no trial is pruned before so many others have stopped"},
            {"warmup", Integer{0, 1'000'000}, 1, "epochs at the beginning of each trial that are not judged"},
            {"interval", Integer{1, 1'000'000}, 1, "every so many epochs a trial is judged"},
            {"min_trials", Integer{1, 1'000'000}, 1, "so many others must have reached an epoch to judge by it"}};
  }

  explicit MedianPruner(const PrunerContext& context)
      : objective_(context.objectives.front()),
        startup_(setting(context, "startup")),
        warmup_(setting(context, "warmup")),
        interval_(setting(context, "interval")),
        min_trials_(setting(context, "min_trials")) {
    if (context.objectives.size() == 1) return;
    throw StudyError("the pruner compares one objective, and the study has " +
                     std::to_string(context.objectives.size()) + ": name a single objective, or no pruner");
  }

  bool keep(const Trial& running, Trials told) const override {
    const Budget epoch = running.epochs();
    if (epoch <= warmup_ || (epoch - warmup_ - 1) % interval_ != 0) return true;
    const auto others = last_tellings(told, running.number);
    if (static_cast<std::int64_t>(others.size()) < startup_) return true;
    const auto costs = costs_at(epoch, others);
    if (costs.empty() || static_cast<std::int64_t>(costs.size()) < min_trials_) return true;
    return !worse(running, median(costs));
  }

 private:
  static std::int64_t setting(const PrunerContext& context, std::string_view name) {
    return context.settings.get<std::int64_t>(name);
  }

  static std::vector<const Trial*> last_tellings(Trials told, int except) {
    std::map<int, const Trial*> last;
    for (const Trial* trial : told) last[trial->number] = trial;
    std::vector<const Trial*> others;
    for (const auto& [number, trial] : last) {
      if (number != except && trial->state != State::failed) others.push_back(trial);
    }
    return others;
  }

  /// What was measured, as something to be minimised, or nothing.
  std::optional<double> cost(const Report& report) const {
    const auto found = report.metrics.find(objective_.metric);
    if (found == report.metrics.end()) return {};
    return objective_.cost(found->second);
  }

  std::vector<double> costs_at(Budget epoch, const std::vector<const Trial*>& trials) const {
    std::vector<double> costs;
    for (const Trial* trial : trials) {
      const auto found = std::ranges::find(trial->reports, epoch, &Report::epoch);
      if (found == trial->reports.end()) continue;
      if (const auto one = cost(*found); one && !std::isnan(*one)) costs.push_back(*one);
    }
    return costs;
  }

  /// Whether all that the trial has measured is worse than the limit. Not a number is worse than any number; a trial
  /// that has not measured the objective at all is not judged.
  bool worse(const Trial& trial, double limit) const {
    bool measured = false;
    for (const Report& report : trial.reports) {
      const auto one = cost(report);
      if (!one) continue;
      measured = true;
      if (*one <= limit || std::isnan(limit)) return false;
    }
    return measured;
  }

  Objective objective_;
  std::int64_t startup_, warmup_, interval_, min_trials_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_PRUNER(pegbox::MedianPruner, "median", "stops a trial that is worse than the median of the others");

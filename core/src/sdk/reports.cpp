#include <algorithm>

#include <pegbox/error.hpp>
#include <pegbox/reports.hpp>

namespace pegbox {

const Objective& only_objective(const PrunerContext& context) {
  if (context.objectives.size() == 1) return context.objectives.front();
  throw StudyError("the pruner compares one objective, and the study has " + std::to_string(context.objectives.size()) +
                   ": name a single objective, or no pruner");
}

std::optional<double> measured_cost(const Report& report, const Objective& objective) {
  const auto found = report.metrics.find(objective.metric);
  if (found == report.metrics.end()) return {};
  return objective.cost(found->second);
}

const Report* report_from(const Trial& trial, Budget epoch) {
  const auto found = std::ranges::lower_bound(trial.reports, epoch, {}, &Report::epoch);
  return found == trial.reports.end() ? nullptr : &*found;
}

std::vector<const Trial*> others(Trials told, int except) {
  std::vector<const Trial*> last;
  for (const Trial* trial : told) {
    const auto number = static_cast<std::size_t>(trial->number);
    if (number >= last.size()) last.resize(number + 1, nullptr);
    last[number] = trial;
  }
  std::erase_if(last, [&](const Trial* trial) {
    return trial == nullptr || trial->number == except || trial->state == State::failed;
  });
  return last;
}

}  // namespace pegbox

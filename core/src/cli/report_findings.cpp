#include "report_findings.hpp"

#include <algorithm>

#include "result.hpp"

namespace pegbox {
namespace {

std::string failures_text(const std::deque<Trial>& trials) {
  const auto failed =
      std::count_if(trials.begin(), trials.end(), [](const Trial& trial) { return trial.state == State::failed; });
  if (failed == 0) return {};
  return std::to_string(failed) + " of " + std::to_string(trials.size()) +
         (failed == 1 ? " trials has failed" : " trials have failed") + "; the reasons are below";
}

}  // namespace

std::vector<std::string> report_findings(const std::deque<Trial>& trials, const std::vector<Objective>& objectives,
                                         const Divided& divided) {
  std::vector<std::string> sentences;
  const Objective& objective = objectives.front();
  if (const auto comparison = compared(trials, objective, divided)) {
    sentences.push_back(comparison_text(*comparison, objective));
  }
  if (const Trial* const best = best_trial(trials, objective)) sentences.push_back(fitting_text(*best, objective));
  sentences.push_back(failures_text(trials));
  std::erase(sentences, "");
  return sentences;
}

}  // namespace pegbox

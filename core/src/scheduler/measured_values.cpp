#include "measured_values.hpp"

#include <cmath>
#include <stdexcept>

#include <pegbox/value.hpp>

namespace pegbox {

std::vector<double> measured_values(const std::vector<Objective>& objectives, const Report& report) {
  std::vector<double> values;
  for (const Objective& objective : objectives) {
    const auto found = report.metrics.find(objective.metric);
    if (found == report.metrics.end()) {
      std::string known;
      for (const auto& [name, value] : report.metrics) known += (known.empty() ? "" : ", ") + name;
      throw std::runtime_error("the model measures no '" + objective.metric + "'; it measures " + known);
    }
    if (!std::isfinite(found->second)) {
      throw std::runtime_error("'" + objective.metric + "' is " + to_string(Value(found->second)) + " after epoch " +
                               std::to_string(report.epoch));
    }
    values.push_back(found->second);
  }
  return values;
}

}  // namespace pegbox

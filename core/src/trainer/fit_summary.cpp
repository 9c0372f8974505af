#include "fit_summary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pegbox {
namespace {

/// Of the training part, or not a measurement of the network.
bool without_spread(const std::string& name) {
  return name.starts_with("train_") || name == "best_epoch" || name == "gap";
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values, double mean) {
  const double squares = std::accumulate(values.begin(), values.end(), 0.0, [&](double sum, double value) {
    return sum + (value - mean) * (value - mean);
  });
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace

Metrics summarised(const std::vector<Metrics>& fits, const std::string& detailed) {
  if (fits.size() == 1) return fits.front();
  Metrics summary;
  for (const auto& [name, first] : fits.front()) {
    std::vector<double> values;
    for (const Metrics& fit : fits) {
      if (const auto found = fit.find(name); found != fit.end()) values.push_back(found->second);
    }
    if (values.size() < fits.size()) continue;
    summary[name] = mean(values);
    if (without_spread(name)) continue;
    summary[name + "_sd"] = deviation(values, summary[name]);
    summary[name + "_se"] = summary[name + "_sd"] / std::sqrt(static_cast<double>(values.size()));
    for (std::size_t i = 0; name == detailed && i < values.size(); ++i) {
      summary[name + "_fit_" + std::to_string(i + 1)] = values[i];
    }
  }
  return summary;
}

}  // namespace pegbox

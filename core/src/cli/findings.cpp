#include "findings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

#include "short_number.hpp"

namespace pegbox {
namespace {

const Metrics& metrics_of(const Trial& trial) { return trial.reports.back().metrics; }

/// The objective in each of the trial's fits.
std::vector<double> fits_of(const Trial& trial, const std::string& metric) {
  std::vector<double> values;
  if (trial.reports.empty()) return values;
  const Metrics& metrics = metrics_of(trial);
  for (std::size_t fit = 1;; ++fit) {
    const auto found = metrics.find(metric + "_fit_" + std::to_string(fit));
    if (found == metrics.end()) return values;
    values.push_back(found->second);
  }
}

std::optional<double> p_of(const std::vector<double>& a, const std::vector<double>& b, double validated_to_trained) {
  if (a.size() < 2 || a.size() != b.size()) return {};
  const auto count = static_cast<double>(a.size());
  std::vector<double> differences(a.size());
  std::transform(a.begin(), a.end(), b.begin(), differences.begin(), std::minus<>());
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / count;
  double variance = 0;
  for (const double difference : differences) variance += (difference - mean) * (difference - mean) / (count - 1);
  if (variance == 0) return mean == 0 ? 1 : 0;
  const double t = mean / std::sqrt((1 / count + validated_to_trained) * variance);
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(count - 1), std::abs(t)));
}

std::string named(const Trial& trial, const Objective& objective) {
  return "trial " + std::to_string(trial.number) + " (" + objective.metric + ' ' + short_number(trial.values.front()) +
         ')';
}

/// How wrong a value of the metric is, from 0 on; nothing for a metric whose scale is not known.
std::optional<double> error_of(const std::string& metric, double value) {
  if (metric == "accuracy" || metric == "r2") return 1 - value;
  if (metric == "rmse" || metric == "loss") return value;
  return {};
}

/// From where on a gap is large, and an error too; of metrics with a unit the error is compared with itself.
struct Large {
  double gap;
  double error;
};

Large large_for(const std::string& metric, double error) {
  if (metric == "accuracy") return {0.05, 0.2};
  if (metric == "r2") return {0.15, 0.6};
  return {0.5 * error, std::numeric_limits<double>::infinity()};
}

}  // namespace

Divided Divided::of(const Json& definition) {
  if (!definition.is_object()) return {};
  return {definition.value("folds", 1), definition.value("repeats", 1), definition.value("validation", 0.2)};
}

double Divided::validated_to_trained() const { return folds > 1 ? 1.0 / (folds - 1) : validation / (1 - validation); }

std::optional<Comparison> compared(const std::deque<Trial>& trials, const Objective& objective,
                                   const Divided& divided) {
  std::vector<const Trial*> complete;
  for (const Trial& trial : trials) {
    if (trial.state == State::complete) complete.push_back(&trial);
  }
  if (complete.size() < 2) return {};
  std::partial_sort(complete.begin(), complete.begin() + 2, complete.end(), [&](const Trial* a, const Trial* b) {
    return std::pair(objective.cost(a->values[0]), a->number) < std::pair(objective.cost(b->values[0]), b->number);
  });
  const Trial* best = complete[0];
  const Trial* next = complete[1];
  return Comparison{
      best, next,
      p_of(fits_of(*best, objective.metric), fits_of(*next, objective.metric), divided.validated_to_trained())};
}

std::string comparison_text(const Comparison& comparison, const Objective& objective) {
  const std::string next = named(*comparison.next, objective);
  if (!comparison.p) {
    return "whether it is really better than " + next +
           " cannot be told from one fit of each; 'folds: 5' or "
           "'repeats: 5' would tell";
  }
  const std::string p = " (p = " + short_number(*comparison.p) + ')';
  if (comparison.distinguishable()) return "it is better than " + next + p;
  return "it cannot be distinguished from " + next + p + "; take the simpler one, or more 'repeats'";
}

Json comparison_json(const std::optional<Comparison>& comparison, const std::vector<Objective>& objectives) {
  if (!comparison) return nullptr;
  Json values = Json::object();
  const Trial& next = *comparison->next;
  for (std::size_t i = 0; i < next.values.size(); ++i) values[objectives[i].metric] = to_json(next.values[i]);
  return {{"trial", next.number},
          {"values", std::move(values)},
          {"p", comparison->p ? to_json(*comparison->p) : Json(nullptr)},
          {"distinguishable", comparison->distinguishable()}};
}

std::string fitting_text(const Trial& trial, const Objective& objective) {
  if (trial.reports.empty() || trial.values.empty()) return {};
  const auto gap = metrics_of(trial).find("gap");
  const auto held_out = error_of(objective.metric, trial.values.front());
  if (gap == metrics_of(trial).end() || !held_out) return {};
  const double learned = *held_out - gap->second;
  const Large large = large_for(objective.metric, *held_out);
  const std::string value = short_number(trial.values.front());
  const std::string own = short_number(trial.values.front() + (objective.maximize ? gap->second : -gap->second));
  const std::string both = objective.metric + ' ' + own + " on rows it learned from, " + value + " on others";
  if (gap->second > large.gap && learned < *held_out / 2) {
    return "it overfits: " + both +
           "; more weight_decay or dropout, 'patience', a smaller network or more data may help";
  }
  if (*held_out > large.error && gap->second < large.gap) {
    return "it may underfit: " + both + "; a larger network, more epochs or another learning_rate may help";
  }
  return {};
}

}  // namespace pegbox

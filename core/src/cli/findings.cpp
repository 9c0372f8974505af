#include "findings.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <numeric>
#include <sstream>

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

/// How two trials differ in pairs of fits.
struct Paired {
  double count, mean, variance;
};

std::optional<Paired> paired(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 2 || a.size() != b.size()) return {};
  const auto count = static_cast<double>(a.size());
  std::vector<double> differences(a.size());
  std::transform(a.begin(), a.end(), b.begin(), differences.begin(), std::minus<>());
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / count;
  double variance = 0;
  for (const double difference : differences) variance += (difference - mean) * (difference - mean) / (count - 1);
  if (!std::isfinite(variance)) return {};
  return Paired{count, mean, variance};
}

/// Two-sided p of as many heads or tails in a row.
double sign_test(double count) { return std::pow(2, 1 - count); }

std::optional<double> p_of(const std::vector<double>& a, const std::vector<double>& b, double validated_to_trained) {
  const auto differences = paired(a, b);
  if (!differences) return {};
  const auto [count, mean, variance] = *differences;
  if (mean == 0) return 1;
  // Of differences that are all alike, as those of few rows may be, a t-test would take any for certain.
  constexpr double kRounding = 1e-9;
  if (std::sqrt(variance) <= kRounding * std::abs(mean)) return sign_test(count);
  const double t = mean / std::sqrt((1 / count + validated_to_trained) * variance);
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(count - 1), std::abs(t)));
}

/// Two digits are all that p is good for.
std::string short_p(double p) {
  std::ostringstream text;
  text << std::setprecision(2) << p;
  return p < 1e-4 ? "< 0.0001" : "= " + text.str();
}

std::string named(const Trial& trial, const Objective& objective) {
  return "trial " + std::to_string(trial.number) + " (" + objective.metric + ' ' + short_number(trial.values.front()) +
         ')';
}

/// How wrong the trial is on rows that it learned from and on others, from 0 on.
struct Errors {
  double learned, held_out;
  double large_gap, large;  ///< from where on a gap is large, and an error too

  double gap() const { return held_out - learned; }
  bool overfits() const { return gap() > large_gap && learned < held_out / 2; }
  bool underfits() const { return held_out > large && gap() < large_gap; }
};

constexpr double kUnknown = std::numeric_limits<double>::infinity();

/// Of errors in a unit that is not known, only how many times the one is the other says something.
Errors in_any_unit(double learned, double held_out) { return {learned, held_out, 0.5 * held_out, kUnknown}; }

/// Of shares of the target's variance.
Errors in_variances(double learned, double held_out) { return {learned, held_out, 0.15, 0.6}; }

/// `gap` is how much better the objective is on rows that the trial learned from. Nothing where the metric is not
/// known.
std::optional<Errors> errors_of(const Trial& trial, const Objective& objective, double gap) {
  const double value = trial.values.front();
  const bool known_direction = objective.maximize == (objective.metric == "accuracy" || objective.metric == "r2");
  if (!known_direction) return {};
  if (objective.metric == "accuracy") return Errors{1 - value - gap, 1 - value, 0.05, 0.2};
  if (objective.metric == "r2") return in_variances(1 - value - gap, 1 - value);
  if (objective.metric != "rmse" && objective.metric != "loss") return {};
  const auto r2 = metrics_of(trial).find("r2");
  if (objective.metric == "rmse" && r2 != metrics_of(trial).end() && value > 0) {
    const double ratio = (value - gap) / value;
    return in_variances((1 - r2->second) * ratio * ratio, 1 - r2->second);
  }
  // A loss of a model's own may be below 0.
  return value - gap < 0 ? std::nullopt : std::optional(in_any_unit(value - gap, value));
}

/// The gap is within what differs between fits anyway.
bool is_noise(const Trial& trial, const Objective& objective, double gap) {
  const auto error = metrics_of(trial).find(objective.metric + "_se");
  return error != metrics_of(trial).end() && std::abs(gap) < 2 * error->second;
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

Gain gain_over(const Trial& better, const Trial& other, const Objective& objective, const Divided& divided) {
  Gain gain{objective.cost(other.values.front()) - objective.cost(better.values.front()), {}};
  const auto differences = paired(fits_of(better, objective.metric), fits_of(other, objective.metric));
  if (!differences) return gain;
  const double error = std::sqrt((1 / differences->count + divided.validated_to_trained()) * differences->variance);
  constexpr double kUpper = 0.975;
  gain.margin = error * boost::math::quantile(boost::math::students_t(differences->count - 1), kUpper);
  return gain;
}

std::string comparison_text(const Comparison& comparison, const Objective& objective) {
  const std::string next = named(*comparison.next, objective);
  if (!comparison.p) {
    return "one fit of each cannot tell whether the best trial is really better than " + next +
           "; 'folds: 5' or 'repeats: 5' would";
  }
  const std::string p = ": p " + short_p(*comparison.p);
  if (comparison.distinguishable()) return "the best trial is really better than the next, " + next + p;
  return "the best trial cannot be told from the next, " + next + p +
         "; take the simpler of the two, or more 'repeats' to tell";
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
  const auto found = metrics_of(trial).find("gap");
  if (found == metrics_of(trial).end()) return {};
  const double gap = found->second;
  const auto errors = errors_of(trial, objective, gap);
  if (!errors) return {};
  const double value = trial.values.front();
  const std::string both = objective.metric + ' ' + short_number(objective.maximize ? value + gap : value - gap) +
                           " on rows it learned from, " + short_number(value) + " on others";
  if (errors->overfits() && !is_noise(trial, objective, gap)) {
    return "the best trial overfits: " + both +
           "; more weight_decay or dropout, 'patience', a smaller network or more data may help";
  }
  if (errors->underfits()) {
    return "the best trial may underfit: " + both +
           "; a larger network, more epochs or another learning_rate may help, unless the inputs say no more";
  }
  return {};
}

}  // namespace pegbox

#include "health.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "result.hpp"
#include "short_number.hpp"

namespace pegbox {
namespace {

using Sentences = std::vector<std::string>;

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

/// Complete trials, the best first.
std::vector<const Trial*> ranked(const Studied& study) {
  const Objective& objective = study.objectives.front();
  std::vector<const Trial*> complete;
  for (const Trial& trial : study.trials) {
    if (trial.state == State::complete && !trial.values.empty()) complete.push_back(&trial);
  }
  std::ranges::sort(complete, {}, [&](const Trial* trial) {
    return std::pair(objective.cost(trial->values.front()), trial->number);
  });
  return complete;
}

/// A range of numbers, as far as its ends matter.
struct Range {
  double low, high;
  bool log, whole;

  static std::optional<Range> of(const Domain& domain) {
    if (const auto* real = std::get_if<Real>(&domain)) return Range{real->low, real->high, real->log, false};
    const auto* integer = std::get_if<Integer>(&domain);
    if (integer == nullptr) return {};
    return Range{static_cast<double>(integer->low), static_cast<double>(integer->high), integer->log, true};
  }

  /// What lies below is no number of things, or no strength.
  bool ends_naturally() const { return low == 0 || (whole && low == 1); }

  double higher() const { return log ? high * (whole ? 2 : 10) : high + (high - low); }
  double lower() const {
    if (log) return whole ? std::max(1.0, std::floor(low / 2)) : low / 10;
    const double below = low - (high - low);
    return low > 0 ? std::max(below, whole ? 1.0 : 0.0) : below;
  }
};

/// Which part of the trials has a number there, of those where the hyperparameter is active.
template <class There>
double share(const std::vector<const Trial*>& trials, const std::string& name, const There& there) {
  int active = 0;
  int found = 0;
  for (const Trial* trial : trials) {
    if (!trial->params.has(name)) continue;
    const Value& value = trial->params.at(name);
    if (!is_number(value)) continue;
    ++active;
    if (there(as_number(value))) ++found;
  }
  return active == 0 ? 0 : static_cast<double>(found) / active;
}

/// Whether numbers near an end are best there. Of few whole numbers only the last is near.
struct Edge {
  const Range& range;
  std::int64_t values;  ///< 0: continuous

  double place(double number) const {
    const auto scaled = [&](double x) { return range.log ? std::log(x) : x; };
    return (scaled(number) - scaled(range.low)) / (scaled(range.high) - scaled(range.low));
  }
  bool few() const {
    constexpr std::int64_t kFew = 20;
    return values > 0 && values <= kFew;
  }
  bool high(double number, double near) const { return few() ? number >= range.high : place(number) > 1 - near; }
  bool low(double number, double near) const { return few() ? number <= range.low : place(number) < near; }
};

std::string edge_text(const Parameter& parameter, const std::vector<const Trial*>& top) {
  constexpr double kAtEdge = 0.03;
  constexpr double kNear = 0.1;
  constexpr double kMost = 0.6;
  constexpr std::int64_t kJudged = 3;
  const auto range = Range::of(parameter.domain);
  const std::int64_t values = cardinality(parameter.domain);
  if (!range || (values > 0 && values < kJudged) || !top.front()->params.has(parameter.name)) return {};
  const Value& value = top.front()->params.at(parameter.name);
  if (!is_number(value)) return {};
  const double best = as_number(value);
  const Edge edge{*range, values};
  const bool high = edge.high(best, kAtEdge) &&
                    share(top, parameter.name, [&](double number) { return edge.high(number, kNear); }) >= kMost;
  const bool low = !range->ends_naturally() && edge.low(best, kAtEdge) &&
                   share(top, parameter.name, [&](double number) { return edge.low(number, kNear); }) >= kMost;
  if (!high && !low) return {};
  const std::string end = high ? "high" : "low";
  return "the best trials have '" + parameter.name + "' at the " + (high ? "upper" : "lower") + " end of its range, " +
         short_number(high ? range->high : range->low) + ": widen it, as by --set space." + parameter.name + '.' + end +
         '=' + short_number(high ? range->higher() : range->lower()) + " --allow-change";
}

Sentences edge_texts(const Studied& study, const std::vector<const Trial*>& complete) {
  constexpr std::size_t kLeast = 10;
  if (complete.size() < kLeast) return {};
  const std::size_t count = std::clamp<std::size_t>(complete.size() / 10, 3, 10);
  const std::vector<const Trial*> top(complete.begin(), complete.begin() + static_cast<std::ptrdiff_t>(count));
  Sentences texts;
  for (const Parameter& parameter : study.space) {
    if (std::string text = edge_text(parameter, top); !text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

/// Trials that came to an end of their own, and of them those that failed.
struct Failures {
  std::size_t ended = 0, failed = 0;

  void count(const Trial& trial) {
    if (trial.state != State::complete && trial.state != State::pruned && trial.state != State::failed) return;
    ++ended;
    if (trial.state == State::failed) ++failed;
  }
};

/// Trials by the value of a hyperparameter that has few.
Sentences failed_choice_texts(const Studied& study, const Failures& all) {
  constexpr std::size_t kLeast = 3;
  Sentences texts;
  for (const Parameter& parameter : study.space) {
    if (numeric(parameter.domain) && !std::holds_alternative<Choice>(parameter.domain)) continue;
    std::map<std::string, Failures> by_value;
    for (const Trial& trial : study.trials) {
      if (trial.params.has(parameter.name)) by_value[to_string(trial.params.at(parameter.name))].count(trial);
    }
    for (const auto& [value, failures] : by_value) {
      if (failures.ended < kLeast || failures.failed < failures.ended || failures.failed == all.ended) continue;
      texts.push_back("all " + std::to_string(failures.ended) + " trials with '" + parameter.name + "' = " + value +
                      " failed: leave it out of the space, or see why by 'pegbox trials'");
    }
  }
  return texts;
}

/// The first line of what most failed trials say.
std::string commonest_error(const std::deque<Trial>& trials) {
  std::map<std::string, int> counts;
  for (const Trial& trial : trials) {
    if (trial.state == State::failed) ++counts[trial.error.substr(0, trial.error.find('\n'))];
  }
  return std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; })->first;
}

std::string failures_text(const Studied& study, const Failures& all) {
  constexpr std::size_t kLeast = 5;
  if (all.ended < kLeast || all.failed * 5 < all.ended) return {};
  return std::to_string(all.failed) + " of " + counted(all.ended, "trial") +
         " failed, most of them with: " + commonest_error(study.trials) + "; 'pegbox show N' says more of one";
}

std::string still_text(const Studied& study, const std::vector<const Trial*>& complete) {
  constexpr std::size_t kLeast = 5;
  if (complete.size() < kLeast) return {};
  const double value = complete.front()->values.front();
  if (complete.back()->values.front() != value) return {};
  return '\'' + study.objectives.front().metric + "' is " + short_number(value) + " in all " +
         std::to_string(complete.size()) +
         " complete trials: nothing that was tried moves it; look at the data's target, the objective and the epochs";
}

std::string too_few_text(const Studied& study) {
  if (!study.startup || !study.limit || *study.limit > *study.startup) return {};
  return "the study ends after " + counted(static_cast<std::size_t>(*study.limit), "trial") + ", and strategy '" +
         study.strategy + "' learns from results only after " + std::to_string(*study.startup) +
         ": raise 'trials', or lower the strategy's 'startup'";
}

Failures failures_of(const std::deque<Trial>& trials) {
  Failures all;
  for (const Trial& trial : trials) all.count(trial);
  return all;
}

void add(Sentences& sentences, std::string sentence) {
  if (!sentence.empty()) sentences.push_back(std::move(sentence));
}

void add(Sentences& sentences, Sentences more) { std::ranges::move(more, std::back_inserter(sentences)); }

/// How long so many were busy at once.
std::map<int, double> times_by_busy(const std::vector<Span>& spans) {
  std::vector<std::pair<double, int>> events;
  for (const Span& span : spans) {
    events.emplace_back(span.begin, 1);
    events.emplace_back(span.end, -1);
  }
  std::ranges::sort(events);
  std::map<int, double> times;
  int busy = 0;
  double last = 0;
  for (const auto& [at, change] : events) {
    if (busy > 0 && at > last) times[busy] += at - last;
    busy += change;
    last = at;
  }
  return times;
}

}  // namespace

std::optional<std::int64_t> trial_limit(const Json& definition) {
  if (!definition.is_object() || !definition.contains("trials") || !definition["trials"].is_number_integer()) return {};
  return definition["trials"].get<std::int64_t>();
}

void Studied::learn(const Json& definition) {
  if (!definition.is_object()) return;
  divided = Divided::of(definition);
  limit = trial_limit(definition);
  const Json chosen = definition.value("strategy", Json());
  if (!chosen.is_object()) return;
  strategy = chosen.value("name", "");
  const Json settings = chosen.value("settings", Json::object());
  // 0 has the strategy choose.
  if (settings.value("startup", Json()).is_number_integer() && settings["startup"].get<std::int64_t>() > 0) {
    startup = settings["startup"].get<std::int64_t>();
  }
}

std::string test_text(const Trial& trial) {
  if (trial.reports.empty()) return {};
  std::string text;
  for (const auto& [name, value] : trial.reports.back().metrics) {
    const bool spread = name.ends_with("_sd") || name.ends_with("_se");
    if (!name.starts_with(kTested) || spread) continue;
    text += (text.empty() ? "" : ", ") + name.substr(kTested.size()) + ' ' + short_number(value);
  }
  return text.empty() ? "" : "on rows that no trial saw: " + text;
}

std::vector<std::string> health(const Studied& study) {
  Sentences sentences;
  const Failures failures = failures_of(study.trials);
  const auto complete = ranked(study);
  add(sentences, failures_text(study, failures));
  add(sentences, failed_choice_texts(study, failures));
  if (const std::string still = still_text(study, complete); !still.empty()) {
    add(sentences, still);
  } else if (!complete.empty()) {
    const Objective& objective = study.objectives.front();
    if (const auto comparison = compared(study.trials, objective, study.divided)) {
      add(sentences, comparison_text(*comparison, objective));
    }
    add(sentences, fitting_text(*complete.front(), objective));
    add(sentences, edge_texts(study, complete));
  }
  add(sentences, too_few_text(study));
  return sentences;
}

std::string idle_text(const std::vector<Span>& spans) {
  constexpr std::size_t kLeast = 10;
  constexpr double kMuch = 0.3;
  if (spans.size() < kLeast) return {};
  const auto times = times_by_busy(spans);
  if (times.empty() || times.rbegin()->first < 2) return {};
  const int workers = times.rbegin()->first;
  double busy = 0;
  double all = 0;
  for (const auto& [count, seconds] : times) {
    busy += count * seconds;
    all += workers * seconds;
  }
  const double idle = 1 - busy / all;
  if (idle < kMuch) return {};
  return "of " + std::to_string(workers) + " workers " + std::to_string(std::lround(idle * 100)) +
         " % of the time was idle: a larger 'window' lets the strategy hand out more trials at once, or fewer 'jobs' "
         "do";
}

}  // namespace pegbox

#include "loop_contract.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <ATen/Parallel.h>

#include "archive_parts.hpp"
#include "contract/setting_values.hpp"
#include "contract/space_points.hpp"
#include "found_on_threads.hpp"
#include "loop_engine.hpp"

namespace pegbox {
namespace {

constexpr int kLoopPoints = 20;
constexpr int kSavedPoints = 3;
constexpr Budget kEpochs = 2;

using Reports = std::vector<Report>;

/// A loop and its space, of which trials are run to the end or in parts.
class LoopBench {
 public:
  explicit LoopBench(const ModelPlugin& plugin) : LoopBench(plugin, working_settings(plugin)) {}
  LoopBench(const ModelPlugin& plugin, const Settings& settings)
      : space_(plugin.describe(settings).space), plan_(plan(plugin, settings)), engine_(make_loop_engine(plan_)) {}

  const SearchSpace& space() const { return space_; }
  const Engine& engine() const { return *engine_; }

  std::unique_ptr<Engine> another() const { return make_loop_engine(plan_); }

  static Trial trial(const Params& point, Budget until, std::uint64_t seed = 1) {
    Trial trial;
    trial.params = point;
    trial.seed = seed;
    trial.until = until;
    return trial;
  }

  /// Reports up to `trial.until`, or to the epoch `stop`, where the loop is told to end.
  static Reports run(const Engine& engine, const Trial& trial, TrialState& state, Budget stop = 0) {
    Reports reports;
    engine.run(trial, state, [&](const Report& report) {
      reports.push_back(report);
      return report.epoch != stop;
    });
    return reports;
  }

  Reports run(const Trial& trial) const { return run(*engine_, trial, *engine_->begin(trial)); }

 private:
  static TrainerPlan plan(const ModelPlugin& plugin, const Settings& settings) {
    TrainerPlan plan;
    plan.model = &plugin;
    plan.model_settings = settings;
    plan.device = "cpu";
    plan.epochs = 2 * kEpochs;
    return plan;
  }

  SearchSpace space_;
  TrainerPlan plan_;
  std::unique_ptr<Engine> engine_;
};

/// The first way in which the reports are not what they should be, if there is one. What is no number is not that same.
Faults differences(const Reports& expected, const Reports& got) {
  if (expected.size() != got.size()) {
    return {"there are reports of " + std::to_string(got.size()) + " epochs, not of " +
            std::to_string(expected.size())};
  }
  for (std::size_t i = 0; i < got.size(); ++i) {
    for (const auto& [name, value] : expected[i].metrics) {
      const auto found = got[i].metrics.find(name);
      const bool same =
          found != got[i].metrics.end() && (found->second == value || (std::isnan(found->second) && std::isnan(value)));
      if (!same) return {"'" + name + "' of epoch " + std::to_string(got[i].epoch) + " is not the same"};
    }
  }
  return {};
}

std::string names(const Metrics& metrics) {
  std::string text;
  for (const auto& [name, value] : metrics) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// That epochs ascend is held by who runs the loop.
Faults report_faults(const Reports& reports) {
  if (reports.front().metrics.empty()) return {"it reports no metrics"};
  for (const Report& report : reports) {
    if (names(report.metrics) == names(reports.front().metrics)) continue;
    return {"epoch " + std::to_string(report.epoch) + " measured other things than the first: " +
            names(report.metrics) + " instead of " + names(reports.front().metrics)};
  }
  return {};
}

Faults at_defaults(const LoopBench& bench) {
  const Reports reports = bench.run(LoopBench::trial(bench.space().defaults(), kEpochs));
  Faults faults = report_faults(reports);
  for (const auto& [name, value] : reports.back().metrics) {
    if (!std::isfinite(value)) faults.push_back("'" + name + "' is not finite with the default hyperparameters");
  }
  return faults;
}

/// What `find` finds wrong at each point.
template <class Find>
Faults everywhere(const std::vector<Params>& points, const Find& find) {
  Faults faults;
  for (const Params& point : points) add(faults, shown(point), guarded([&] { return find(point); }));
  return faults;
}

std::vector<Params> points(const LoopBench& bench, int random) {
  std::vector<Params> all = corners(bench.space());
  std::ranges::move(random_points(bench.space(), random), std::back_inserter(all));
  return all;
}

/// Where it may differ how a state is kept: the defaults, the outermost corners, and some points.
std::vector<Params> few_points(const LoopBench& bench) {
  std::vector<Params> all = corners(bench.space());
  all.resize(std::min<std::size_t>(all.size(), 3));
  std::ranges::move(random_points(bench.space(), kSavedPoints), std::back_inserter(all));
  return all;
}

Faults runs_everywhere(const LoopBench& bench) {
  Faults faults = guarded([&] { return at_defaults(bench); });
  const Faults found = everywhere(points(bench, kLoopPoints), [&](const Params& point) {
    return report_faults(bench.run(LoopBench::trial(point, kEpochs)));
  });
  faults.insert(faults.end(), found.begin(), found.end());
  return faults;
}

Faults same_seed_same_reports(const LoopBench& bench) {
  return everywhere(few_points(bench), [&](const Params& point) {
    const Trial trial = LoopBench::trial(point, kEpochs);
    const Reports expected = bench.run(trial);
    bench.run(LoopBench::trial(point, kEpochs, /*seed=*/2));
    return differences(expected, bench.run(trial));
  });
}

/// The state as another process finds it.
std::unique_ptr<TrialState> copied(const Engine& engine, const Trial& trial, const TrialState& state) {
  torch::serialize::OutputArchive saved;
  state.save(saved);
  const std::string bytes = packed(saved);
  auto copy = engine.begin(trial);
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), bytes.size());
  copy->load(archive);
  copy->epoch = state.epoch;
  return copy;
}

Faults state_restores(const LoopBench& bench) {
  return everywhere(few_points(bench), [&](const Params& point) -> Faults {
    const Trial whole = LoopBench::trial(point, 2 * kEpochs);
    const Trial first = LoopBench::trial(point, kEpochs);
    const Reports expected = bench.run(whole);
    const auto state = bench.engine().begin(first);
    Reports reports = LoopBench::run(bench.engine(), first, *state);
    const auto other = bench.another();
    const auto restored = copied(*other, whole, *state);
    std::ranges::move(LoopBench::run(*other, whole, *restored), std::back_inserter(reports));
    Faults faults;
    add(faults, "paused after epoch " + std::to_string(kEpochs) + " and restored", differences(expected, reports));
    return faults;
  });
}

/// Who goes on is reported by the engine.
Faults stops_when_told(const LoopBench& bench) {
  return everywhere(few_points(bench), [&](const Params& point) -> Faults {
    const Trial trial = LoopBench::trial(point, 2 * kEpochs);
    const Reports expected = bench.run(trial);
    const auto state = bench.engine().begin(trial);
    Reports reports = LoopBench::run(bench.engine(), trial, *state, /*stop=*/1);
    std::ranges::move(LoopBench::run(bench.engine(), trial, *state), std::back_inserter(reports));
    Faults faults;
    add(faults, "told to stop at epoch 1, then to go on", differences(expected, reports));
    return faults;
  });
}

/// A loop that does not save has nothing to hand on.
Faults copies_begin(const LoopBench& bench) {
  return everywhere(few_points(bench), [&](const Params& point) -> Faults {
    const Trial source = LoopBench::trial(point, kEpochs);
    const Trial copy = LoopBench::trial(point, kEpochs, /*seed=*/2);
    const auto from = bench.engine().begin(source), to = bench.engine().begin(copy);
    LoopBench::run(bench.engine(), source, *from);
    if (from->bytes() == 0) return {};
    bench.engine().copy(*from, *to);
    const auto again = copied(bench.engine(), copy, *to);
    const Reports expected = LoopBench::run(bench.engine(), copy, *to);
    Faults faults = report_faults(expected);
    add(faults, "begun with the state of another trial a second time",
        differences(expected, LoopBench::run(bench.engine(), copy, *again)));
    return faults;
  });
}

Faults threads_agree(const LoopBench& bench) {
  const auto all = few_points(bench);
  std::vector<Reports> alone;
  for (const Params& point : all) alone.push_back(bench.run(LoopBench::trial(point, kEpochs)));
  return found_on_threads(all.size(), [&](std::size_t i) {
    Faults faults;
    add(faults, shown(all[i]) + ", beside other threads",
        guarded([&] { return differences(alone[i], bench.run(LoopBench::trial(all[i], kEpochs))); }));
    return faults;
  });
}

}  // namespace

std::vector<ModelCheck> loop_checks(const ModelPlugin& plugin) {
  const auto with_bench = [&plugin](Faults (*find)(const LoopBench&)) {
    return [&plugin, find] {
      if (at::get_num_threads() != 1) at::set_num_threads(1);
      return find(LoopBench(plugin));
    };
  };
  return {{"runs_everywhere",
           "at the corners of its space and at 20 random points it runs two epochs, and each measures the same things",
           with_bench(&runs_everywhere)},
          {"same_seed_same_reports", "the same seed gives the same reports, whatever was trained before",
           with_bench(&same_seed_same_reports)},
          {"state_restores", "paused, saved and restored it reports what it would have without",
           with_bench(&state_restores)},
          {"stops_when_told", "told to stop it returns, and goes on from there", with_bench(&stops_when_told)},
          {"copies_begin", "if it saves, it can begin with the state of another trial", with_bench(&copies_begin)},
          {"threads_agree", "several threads at once get the same reports", with_bench(&threads_agree)}};
}

Faults loop_faults(const ModelPlugin& plugin, const Settings& settings) {
  return at_defaults(LoopBench(plugin, settings));
}

}  // namespace pegbox

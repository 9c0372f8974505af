#include <algorithm>

#include <pegbox/reports.hpp>

namespace pegbox {
namespace {

/// Asynchronous successive halving by stopping (L. Li et al., "A system for massively parallel hyperparameter tuning",
/// MLSys 2020, section 3.2; in the variant of Optuna): at the epochs min_epochs × factor^(skip + k), k = 0, 1, …, a
/// trial is compared with what the others had measured there. Of every `factor` trials the best goes on; as long as
/// there are fewer than `factor`, only a new best does.
class SuccessiveHalvingPruner : public Pruner {
 public:
  static std::vector<Setting> settings() {
    return {{"factor", Integer{2, 1'000'000}, 4, "of so many trials one goes on"},
            {"min_epochs", Integer{1, 1'000'000'000}, 1, "the first comparison, if none are skipped"},
            {"skip", Integer{0, 60}, 0, "comparisons left out at the beginning"}};
  }

  explicit SuccessiveHalvingPruner(const PrunerContext& context)
      : objective_(only_objective(context)), factor_(context.settings.get<std::int64_t>("factor")) {
    Budget rung = context.settings.get<std::int64_t>("min_epochs");
    for (auto skip = context.settings.get<std::int64_t>("skip"); rung < context.epochs; rung *= factor_) {
      if (skip-- <= 0) rungs_.push_back(rung);
      if (rung > context.epochs / factor_) break;
    }
  }

  bool keep(const Trial& running, Trials told) const override {
    const Budget before = running.reports.size() < 2 ? 0 : running.reports[running.reports.size() - 2].epoch;
    const auto above = std::ranges::upper_bound(rungs_, running.epochs());
    if (above == rungs_.begin() || *(above - 1) <= before) return true;
    const auto own = measured_cost(running.reports.back(), objective_);
    return !own || (!std::isnan(*own) && promoted(*own, *(above - 1), others(told, running.number)));
  }

 private:
  /// Whether the cost is among the best ⌊n / factor⌋, at least one, of the n that the rung then has.
  bool promoted(double own, Budget rung, const std::vector<const Trial*>& trials) const {
    std::int64_t better = 0, count = 1;
    for (const Trial* trial : trials) {
      const Report* report = report_from(*trial, rung);
      const auto cost = report == nullptr ? std::nullopt : measured_cost(*report, objective_);
      if (!cost || std::isnan(*cost)) continue;
      ++count;
      better += *cost < own ? 1 : 0;
    }
    return better < std::max<std::int64_t>(count / factor_, 1);
  }

  Objective objective_;
  std::int64_t factor_;
  std::vector<Budget> rungs_;  // ascending, below the largest budget
};

}  // namespace
}  // namespace pegbox

PEGBOX_PRUNER(pegbox::SuccessiveHalvingPruner, "successive-halving",
              "stops a trial that is not among the best of a rung, without waiting for the rung to fill");

#include <limits>

#include <pegbox/reports.hpp>

namespace pegbox {
namespace {

/// Early stopping (L. Prechelt, "Early stopping - but when?", 1998): a trial ends after so many epochs in a row in
/// which its objective did not become better than its best by more than `min_delta`. It looks at no other trial.
class PatiencePruner : public Pruner {
 public:
  static std::vector<Setting> settings() {
    return {{"patience", Integer{1, 1'000'000}, 5, "epochs without an improvement after which a trial ends"},
            {"min_delta", Real{0, std::numeric_limits<double>::max()}, 0.0,
             "an improvement is more than this, in the objective's unit"}};
  }

  explicit PatiencePruner(const PrunerContext& context)
      : objective_(only_objective(context)),
        patience_(context.settings.get<std::int64_t>("patience")),
        min_delta_(context.settings.get<double>("min_delta")) {}

  bool keep(const Trial& running, Trials) const override {
    double best = std::numeric_limits<double>::infinity();
    Budget improved = 0;
    for (const Report& report : running.reports) {
      const auto cost = measured_cost(report, objective_);
      if (cost && !(*cost < best - min_delta_)) continue;
      if (cost) best = *cost;
      improved = report.epoch;
    }
    return running.epochs() - improved < patience_;
  }

 private:
  Objective objective_;
  std::int64_t patience_;
  double min_delta_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_PRUNER(pegbox::PatiencePruner, "patience", "stops a trial that no longer improves");

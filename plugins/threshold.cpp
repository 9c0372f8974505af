#include <limits>

#include <pegbox/error.hpp>
#include <pegbox/reports.hpp>

namespace pegbox {
namespace {

/// A trial ends where its objective leaves the bounds or is not a number.
class ThresholdPruner : public Pruner {
 public:
  static std::vector<Setting> settings() {
    return {{"lower", kAny, kLowest, "the objective may not be below it"},
            {"upper", kAny, kHighest, "the objective may not be above it"},
            {"warmup", Integer{0, 1'000'000}, 0, "epochs at the beginning of each trial that are not judged"},
            {"interval", Integer{1, 1'000'000}, 1, "every so many epochs a trial is judged"}};
  }

  explicit ThresholdPruner(const PrunerContext& context)
      : metric_(only_objective(context).metric),
        lower_(context.settings.get<double>("lower")),
        upper_(context.settings.get<double>("upper")),
        warmup_(context.settings.get<std::int64_t>("warmup")),
        interval_(context.settings.get<std::int64_t>("interval")) {
    if (lower_ == kLowest && upper_ == kHighest) {
      throw StudyError("the threshold pruner has no bound: give it 'lower' or 'upper', or both");
    }
    if (lower_ <= upper_) return;
    throw StudyError("the threshold pruner's 'lower', " + to_string(Value(lower_)) + ", is above its 'upper', " +
                     to_string(Value(upper_)) + ": every trial would be pruned");
  }

  bool keep(const Trial& running, Trials) const override {
    const Budget epoch = running.epochs();
    if (epoch <= warmup_ || (epoch - warmup_ - 1) % interval_ != 0) return true;
    const Metrics& metrics = running.reports.back().metrics;
    const auto found = metrics.find(metric_);
    return found == metrics.end() || (found->second >= lower_ && found->second <= upper_);
  }

 private:
  static constexpr double kLowest = std::numeric_limits<double>::lowest();
  static constexpr double kHighest = std::numeric_limits<double>::max();
  static constexpr Real kAny = {kLowest, kHighest};

  std::string metric_;
  double lower_, upper_;
  std::int64_t warmup_, interval_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_PRUNER(pegbox::ThresholdPruner, "threshold", "stops a trial whose objective leaves the bounds");

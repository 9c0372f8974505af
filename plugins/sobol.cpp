#include <pegbox/error.hpp>
#include <pegbox/sobol.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// Points that fill the unit cube of the space evenly: I. M. Sobol (1967), scrambled by the seed. Trial n tries point n
/// of the sequence. Where somebody else's point has that number (the defaults, enqueued ones) the sequence lacks one
/// point, which costs less than an order that depends on what was told: so a trial's point is known from its number.
class SobolSearch : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return {{"scramble", Boolean{}, true, "another sequence for each seed; without, the published one"}};
  }

  explicit SobolSearch(const StrategyContext& context)
      : space_(context.space), epochs_(context.epochs), sequence_(sequence(context)) {}

  Move ask(const Turn& turn) override {
    std::vector<double> point(space_.size());
    sequence_.point(static_cast<std::uint64_t>(turn.number), point);
    return Start{space_.decode(point), epochs_};
  }

  void tell(const Trial&) override {}

 private:
  static Sobol sequence(const StrategyContext& context) {
    const auto dimensions = static_cast<int>(context.space.size());
    if (dimensions > Sobol::kMostDimensions) {
      throw StudyError("strategy 'sobol' takes at most " + std::to_string(Sobol::kMostDimensions) +
                       " hyperparameters, and the study has " + std::to_string(dimensions) + ": use strategy 'random'");
    }
    const bool scramble = context.settings.get<bool>("scramble");
    return scramble ? Sobol(dimensions, context.seed) : Sobol::unscrambled(dimensions);
  }

  SearchSpace space_;
  Budget epochs_;
  Sobol sequence_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::SobolSearch, "sobol", "points that fill the search space evenly, however many they are")

#include <pegbox/random.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// Independent points, uniform in the unit cube of the space: a `log` range is uniform in the logarithm. What was tried
/// before does not matter, so there is nothing to remember.
class RandomSearch : public Strategy {
 public:
  explicit RandomSearch(const StrategyContext& context)
      : space_(context.space), epochs_(context.epochs), seed_(context.seed) {}

  Move ask(const Turn& turn) override {
    Random random(seed_, turn.number, "random");
    std::vector<double> point(space_.size());
    for (double& place : point) place = random.uniform();
    return Start{space_.decode(point), epochs_};
  }

  void tell(const Trial&) override {}

 private:
  SearchSpace space_;
  Budget epochs_;
  std::uint64_t seed_;
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::RandomSearch, "random", "independent points, uniform in the search space");

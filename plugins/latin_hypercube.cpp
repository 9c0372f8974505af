#include <algorithm>
#include <numeric>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// As many points as the study has trials, such that of as many equal parts of each hyperparameter's range each has
/// one: M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for selecting values of input
/// variables in the analysis of output from a computer code" (1979). Trial n tries point n; where somebody else's point
/// has that number (the defaults, enqueued ones), one part of each range is left out.
class LatinHypercube : public Strategy {
 public:
  explicit LatinHypercube(const StrategyContext& context)
      : space_(context.space), epochs_(context.epochs), seed_(context.seed), count_(count(context)) {
    for (std::size_t i = 0; i < space_.size(); ++i) {
      auto& parts = parts_.emplace_back(count_);
      std::iota(parts.begin(), parts.end(), 0);
      Random(seed_, static_cast<std::int64_t>(i), "latin hypercube parts").shuffle(parts);
    }
  }

  Move ask(const Turn& turn) override {
    Random random(seed_, turn.number, "latin hypercube");
    const std::size_t row = static_cast<std::size_t>(turn.number) % count_;
    std::vector<double> point;
    for (const auto& parts : parts_) point.push_back((parts[row] + random.uniform()) / static_cast<double>(count_));
    return Start{space_.decode(point), epochs_};
  }

  void tell(const Trial&) override {}

 private:
  static std::size_t count(const StrategyContext& context) {
    if (context.trials == 0) {
      throw StudyError(
          "strategy 'latin-hypercube' needs to know how many trials there will be: give 'trials', or use strategy "
          "'sobol'");
    }
    const auto count = static_cast<std::size_t>(context.trials);
    constexpr std::size_t kMost = 10'000'000;  // 40 MB, and half a second to make
    if (count <= kMost / std::max<std::size_t>(context.space.size(), 1)) return count;
    throw StudyError("strategy 'latin-hypercube' takes at most " + std::to_string(kMost) + " values, and " +
                     std::to_string(count) + " trials of " + std::to_string(context.space.size()) +
                     " hyperparameters have more: use strategy 'sobol'");
  }

  SearchSpace space_;
  Budget epochs_;
  std::uint64_t seed_;
  std::size_t count_;
  std::vector<std::vector<std::uint32_t>> parts_;  // of each hyperparameter, the part of its range by trial
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::LatinHypercube, "latin-hypercube",
                "points of which each part of each range has one; the study needs a limit of trials")

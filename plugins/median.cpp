#include <pegbox/percentile_pruner.hpp>

namespace pegbox {
namespace {

/// The percentile rule in the middle: a trial must be in the better half.
class MedianPruner : public PercentilePruner {
 public:
  static std::vector<Setting> settings() { return common_settings(); }

  explicit MedianPruner(const PrunerContext& context) : PercentilePruner(context, 50) {}
};

}  // namespace
}  // namespace pegbox

PEGBOX_PRUNER(pegbox::MedianPruner, "median", "stops a trial that is worse than the median of the others");

#include <pegbox/percentile_pruner.hpp>

namespace pegbox {
namespace {

/// The percentile rule at the user's own place.
class UsersPercentilePruner : public PercentilePruner {
 public:
  static std::vector<Setting> settings() {
    std::vector<Setting> settings = common_settings();
    settings.insert(settings.begin(), {"percentile", Real{0, 100}, 25.0, "so many of 100 trials may go on"});
    return settings;
  }

  explicit UsersPercentilePruner(const PrunerContext& context)
      : PercentilePruner(context, context.settings.get<double>("percentile")) {}
};

}  // namespace
}  // namespace pegbox

PEGBOX_PRUNER(pegbox::UsersPercentilePruner, "percentile", "stops a trial that is not among the best of the others");

#include "best_keeper.hpp"

namespace pegbox {

bool BestKeeper::better(const Trial& trial) const {
  if (trial.state != State::complete) return false;
  if (!best_) return true;
  // The order in which trials end is by chance; the best of equals is the one with the lower number.
  const double cost = objective_.cost(trial.values.front());
  return cost < cost_ || (cost == cost_ && trial.number < *best_);
}

void BestKeeper::recall(const Trial& best) {
  const std::lock_guard lock(mutex_);
  best_ = best.number;
  cost_ = objective_.cost(best.values.front());
}

void BestKeeper::ended(const Trial& trial) {
  const std::lock_guard lock(mutex_);
  if (!better(trial)) return trainer_.forget(trial.number);
  trainer_.save(trial);
  if (!tested_) trainer_.unload(trial.number);
  if (best_ && *best_ != trial.number) trainer_.forget(*best_);
  best_ = trial.number;
  cost_ = objective_.cost(trial.values.front());
}

}  // namespace pegbox

#include "kept_trials.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace pegbox {

void KeptTrials::keep(int trial, std::shared_ptr<TrialState> state, bool saved) {
  Kept kept{std::move(state), 0, 0, 0, saved};
  kept.epoch = kept.state->epoch;
  kept.bytes = kept.state->bytes();
  const std::lock_guard lock(mutex_);
  kept.since = ++count_;
  kept_.insert_or_assign(trial, std::move(kept));
}

std::shared_ptr<TrialState> KeptTrials::take(int trial) {
  const std::lock_guard lock(mutex_);
  auto node = kept_.extract(trial);
  return node.empty() ? nullptr : std::move(node.mapped().state);
}

std::shared_ptr<const TrialState> KeptTrials::find(int trial, Budget epoch) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(trial);
  return found == kept_.end() || found->second.epoch != epoch ? nullptr : found->second.state;
}

bool KeptTrials::saved(int trial, Budget epoch) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(trial);
  return found != kept_.end() && found->second.saved && found->second.epoch == epoch;
}

void KeptTrials::mark_saved(int trial) {
  const std::lock_guard lock(mutex_);
  if (const auto found = kept_.find(trial); found != kept_.end()) found->second.saved = true;
}

void KeptTrials::shrink() {
  std::vector<std::shared_ptr<TrialState>> freed;  // destroyed after the lock is
  const std::lock_guard lock(mutex_);
  std::int64_t bytes = 0;
  std::vector<Kept*> candidates;
  for (auto& [trial, kept] : kept_) {
    if (kept.state == nullptr) continue;
    bytes += kept.bytes;
    if (kept.saved) candidates.push_back(&kept);
  }
  std::sort(candidates.begin(), candidates.end(), [](const Kept* a, const Kept* b) { return a->since < b->since; });
  for (Kept* kept : candidates) {
    if (bytes <= most_bytes_) return;
    bytes -= kept->bytes;
    freed.push_back(std::exchange(kept->state, nullptr));
  }
}

void KeptTrials::unload(int trial) {
  std::shared_ptr<TrialState> freed;  // destroyed after the lock is
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(trial);
  if (found == kept_.end()) return;
  freed = std::move(found->second.state);
  if (!found->second.saved) kept_.erase(found);
}

}  // namespace pegbox

#include "device_pool.hpp"

#include <algorithm>
#include <utility>

namespace pegbox {

DevicePool::Place::Place(Place&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), device_(other.device_) {}

DevicePool::Place::~Place() {
  if (pool_ != nullptr) pool_->give_back(device_);
}

DevicePool::DevicePool(std::size_t devices, std::optional<int> per_device)
    : per_device_(per_device), running_(devices, 0) {}

DevicePool::Place DevicePool::take() { return place({}); }

DevicePool::Place DevicePool::take(std::size_t preferred) { return place(preferred); }

int DevicePool::running(std::size_t device) const {
  const std::lock_guard lock(mutex_);
  return running_[device];
}

std::size_t DevicePool::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

DevicePool::Place DevicePool::place(std::optional<std::size_t> preferred) {
  std::unique_lock lock(mutex_);
  const std::size_t device = preferred && has_room(*preferred) ? *preferred : emptiest();
  if (has_room(device)) {
    ++running_[device];
    return {*this, device};
  }
  Waiting self{preferred};
  waiting_.push_back(&self);
  self.has_place.wait(lock, [&self] { return self.given.has_value(); });
  return {*this, *self.given};
}

std::size_t DevicePool::emptiest() const {
  return static_cast<std::size_t>(std::min_element(running_.begin(), running_.end()) - running_.begin());
}

bool DevicePool::has_room(std::size_t device) const { return !per_device_ || running_[device] < *per_device_; }

/// Who gets a place on the device. Somebody waits.
std::list<DevicePool::Waiting*>::iterator DevicePool::next_for(std::size_t device) {
  const std::size_t places = running_.size() * static_cast<std::size_t>(*per_device_);
  for (auto next = waiting_.begin(); next != waiting_.end(); ++next) {
    if ((*next)->preferred == device || (*next)->passed_over >= places) return next;
  }
  return waiting_.begin();
}

/// A place that somebody waits for stays taken: it is handed over.
void DevicePool::give_back(std::size_t device) {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    --running_[device];
    return;
  }
  const auto next = next_for(device);
  std::for_each(waiting_.begin(), next, [](Waiting* one) { ++one->passed_over; });
  (*next)->given = device;
  (*next)->has_place.notify_one();
  waiting_.erase(next);
}

}  // namespace pegbox

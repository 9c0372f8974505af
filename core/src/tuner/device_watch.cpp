#include "device_watch.hpp"

#include <stdexcept>

namespace pegbox {

std::optional<std::string> DeviceWatch::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

/// Whether it is the first one.
bool DeviceWatch::note(int trial, const DeviceError& error) {
  const std::lock_guard lock(mutex_);
  if (lost_) return false;
  lost_ = "in trial " + std::to_string(trial) + ", " + error.what();
  stop_ = true;
  return true;
}

void DeviceWatch::lose(int trial, const DeviceError& error) {
  if (note(trial, error)) throw std::runtime_error(error.what());
  throw Interrupted();
}

}  // namespace pegbox

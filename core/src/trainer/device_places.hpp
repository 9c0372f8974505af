#pragma once

#include <optional>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "device_pool.hpp"

namespace pegbox {

/// The devices of a study, and who trains on them. Thread-safe.
class DevicePlaces {
 public:
  /// `name` as in `find_devices`, which see for what it throws; `per_device` counts for GPUs.
  DevicePlaces(const std::string& name, int per_device);

  /// Waits for a place; on the device `preferred` where there is one.
  DevicePool::Place take(std::optional<std::size_t> preferred);

  const c10::Device& device(std::size_t index) const { return devices_.at(index); }
  std::size_t size() const { return devices_.size(); }
  int per_device() const { return per_device_; }
  bool on_processor() const { return devices_.front().is_cpu(); }

  /// Trials at once; 0 on the processor, which has no limit.
  int places() const { return on_processor() ? 0 : per_device_ * static_cast<int>(size()); }

  /// `cpu`, or `cuda:0, cuda:1`.
  std::string text() const;

 private:
  std::vector<c10::Device> devices_;
  int per_device_;
  DevicePool pool_;
};

}  // namespace pegbox

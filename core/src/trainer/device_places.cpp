#include "device_places.hpp"

#include "device.hpp"

namespace pegbox {

DevicePlaces::DevicePlaces(const std::string& name, int per_device)
    : devices_(find_devices(name)),
      per_device_(per_device),
      pool_(devices_.size(), on_processor() ? std::nullopt : std::optional(per_device)) {}

DevicePool::Place DevicePlaces::take(std::optional<std::size_t> preferred) {
  return preferred ? pool_.take(*preferred) : pool_.take();
}

std::string DevicePlaces::text() const {
  std::string text;
  for (const c10::Device& device : devices_) text += (text.empty() ? "" : ", ") + device.str();
  return text;
}

}  // namespace pegbox

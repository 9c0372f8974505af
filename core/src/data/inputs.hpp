#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace pegbox {

/// The inputs of some rows, row by row: floats, or bytes as pictures have them. They are in memory or in a mapped file
/// and never change; copies share them.
class Inputs {
 public:
  Inputs() = default;

  explicit Inputs(std::vector<float> values) {
    const auto owner = std::make_shared<const std::vector<float>>(std::move(values));
    floats_ = *owner;
    owner_ = owner;
  }

  explicit Inputs(std::vector<std::uint8_t> values) : are_bytes_(true) {
    const auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(values));
    bytes_ = *owner;
    owner_ = owner;
  }

  /// Values that `owner` keeps alive.
  Inputs(std::shared_ptr<const void> owner, std::span<const float> values)
      : owner_(std::move(owner)), floats_(values) {}
  Inputs(std::shared_ptr<const void> owner, std::span<const std::uint8_t> values)
      : owner_(std::move(owner)), bytes_(values), are_bytes_(true) {}

  bool are_bytes() const { return are_bytes_; }
  std::size_t size() const { return are_bytes_ ? bytes_.size() : floats_.size(); }
  std::span<const float> floats() const { return floats_; }       ///< empty where they are bytes
  std::span<const std::uint8_t> bytes() const { return bytes_; }  ///< empty where they are floats
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const float> floats_;
  std::span<const std::uint8_t> bytes_;
  bool are_bytes_ = false;
};

}  // namespace pegbox

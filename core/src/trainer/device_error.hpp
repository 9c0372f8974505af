#pragma once

#include <stdexcept>

namespace pegbox {

/// A device is lost to this process: whatever is asked of it from now on fails. The message says which one, and why.
/// Another process can go on.
class DeviceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace pegbox

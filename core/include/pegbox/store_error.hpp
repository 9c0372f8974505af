#pragma once

#include <stdexcept>

namespace pegbox {

/// The store cannot be used: locked, full, not writable, corrupt, of another schema, or in use by another host. The
/// message is one sentence that names the file and says what would be right; the host exits with 4.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace pegbox

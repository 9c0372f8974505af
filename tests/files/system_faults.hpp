#pragma once

#include <string>
#include <vector>

namespace pegbox {

/// Makes calls of the system fail while it lives: `open`, `write`, `fsync`, `close` and `rename` of this program go
/// through it. One at a time.
class SystemFaults {
 public:
  /// From 1 on, the `call`-th call fails with `error`, once; 0: none. A `write` takes at most `most` bytes.
  SystemFaults(int call, int error, std::size_t most = 1U << 30U);
  ~SystemFaults();
  SystemFaults(const SystemFaults&) = delete;
  SystemFaults& operator=(const SystemFaults&) = delete;

  /// The names of the calls up to now, in order.
  const std::vector<std::string>& calls() const { return calls_; }

  /// Counts the call and says whether it fails, with `errno` set.
  bool fails(const char* name);
  std::size_t most() const { return most_; }

 private:
  int call_;
  int error_;
  std::size_t most_;
  std::vector<std::string> calls_;
};

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace pegbox {

/// More memory was asked for than a `MemoryScope` allows. The message: `would need more than 2 GB of memory
/// (trial_memory)`, perhaps with the stage at which that was.
class MemoryLimitError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Makes LibTorch's memory on the processor countable; without it a scope counts nothing. Once in a process, before
/// other threads use tensors.
void count_memory();

/// Counts the bytes of tensors that this thread makes on the processor while the scope lives, and refuses before
/// anything is allocated what would pass the limit. A tensor counts until it is freed, on whatever thread, and may
/// outlive the scope. Scopes may be nested: what the inner one counts counts for the outer one too.
///
/// Not counted is what libraries below LibTorch take for themselves, and what other threads make.
class MemoryScope {
 public:
  /// `limit` in bytes.
  explicit MemoryScope(std::int64_t limit);
  ~MemoryScope();
  MemoryScope(const MemoryScope&) = delete;
  MemoryScope& operator=(const MemoryScope&) = delete;

  std::int64_t live() const;  ///< bytes now
  std::int64_t peak() const;  ///< most bytes at once

  /// Whether something was refused, even where the error was caught.
  bool exceeded() const;

 private:
  friend class CountingAllocator;
  class Tally;

  std::shared_ptr<Tally> tally_;
  MemoryScope* outer_;
};

/// Says what comes now: `when it was built`, `in a training step with batch size 256`.
using OnStage = std::function<void(const std::string& stage)>;

/// Whether a trial fits: `dry_run` builds its network and trains one step, says which stage it is at, and leaves
/// nothing. Returns the most bytes that it took; 0 where there is no limit: then nothing is done. Throws
/// `MemoryLimitError` with the stage, and what the dry run throws.
std::int64_t check_memory(std::optional<std::int64_t> limit, const std::function<void(const OnStage&)>& dry_run);

}  // namespace pegbox

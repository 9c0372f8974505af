#include "memory_limit.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include <c10/core/CPUAllocator.h>

#include "memory_text.hpp"

namespace pegbox {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): an allocator is told nothing but a size
thread_local MemoryScope* innermost = nullptr;

}  // namespace

/// Outlives the scope for as long as memory does that was counted in it. One thread adds; any takes away.
class MemoryScope::Tally {
 public:
  Tally(std::int64_t limit, std::shared_ptr<Tally> outer) : limit_(limit), outer_(std::move(outer)) {}

  /// Throws where one of the tallies has no room; then none of them has counted anything.
  void add(std::int64_t bytes) {
    for (Tally* tally = this; tally != nullptr; tally = tally->outer_.get()) tally->check(bytes);
    for (Tally* tally = this; tally != nullptr; tally = tally->outer_.get()) {
      const std::int64_t live = tally->live_ += bytes;
      tally->peak_ = std::max(tally->peak_.load(), live);
    }
  }

  void remove(std::int64_t bytes) noexcept {
    for (Tally* tally = this; tally != nullptr; tally = tally->outer_.get()) tally->live_ -= bytes;
  }

  std::int64_t live() const { return live_; }
  std::int64_t peak() const { return peak_; }
  bool exceeded() const { return exceeded_; }

 private:
  void check(std::int64_t bytes) {
    if (bytes <= limit_ - live_) return;
    exceeded_ = true;
    throw MemoryLimitError("would need more than " + memory_text(limit_) + " of memory (trial_memory)");
  }

  std::int64_t limit_;
  std::shared_ptr<Tally> outer_;
  std::atomic<std::int64_t> live_ = 0;
  std::atomic<std::int64_t> peak_ = 0;
  std::atomic<bool> exceeded_ = false;
};

/// In front of the allocator that was there: puts before each piece of memory where it is counted.
class CountingAllocator final : public c10::Allocator {
 public:
  explicit CountingAllocator(c10::Allocator& inner) : inner_(inner) {}

  c10::DataPtr allocate(std::size_t bytes) override {
    const c10::Device cpu(c10::DeviceType::CPU);
    if (bytes == 0) return {nullptr, nullptr, &release, cpu};
    constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    if (bytes > kMost - kRoom) return inner_.allocate(bytes);  // which says what is wrong with it
    Share share = innermost == nullptr ? Share() : Share(innermost->tally_, static_cast<std::int64_t>(bytes));
    c10::DataPtr memory = inner_.allocate(bytes + kRoom);
    auto* data = static_cast<std::byte*>(memory.get()) + kRoom;
    new (data - kRoom) Header{std::move(memory), std::move(share)};
    return {data, data, &release, cpu};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

  void copy_data(void* target, const void* source, std::size_t count) const override {
    default_copy_data(target, source, count);
  }

 private:
  using Tally = MemoryScope::Tally;

  /// Bytes in a tally, taken away again at the end.
  class Share {
   public:
    Share() = default;
    Share(std::shared_ptr<Tally> tally, std::int64_t bytes) : tally_(std::move(tally)), bytes_(bytes) {
      tally_->add(bytes_);
    }
    ~Share() {
      if (tally_ != nullptr) tally_->remove(bytes_);
    }
    Share(Share&& other) noexcept = default;
    Share& operator=(Share&&) = delete;
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    std::shared_ptr<Tally> tally_;
    std::int64_t bytes_ = 0;
  };

  struct Header {
    c10::DataPtr memory;
    Share share;
  };

  /// As the inner one aligns, so is what follows.
  static constexpr std::size_t kRoom = c10::gAlignment;
  static_assert(sizeof(Header) <= kRoom);

  static void release(void* data) {
    if (data == nullptr) return;
    auto* header = std::launder(reinterpret_cast<Header*>(static_cast<std::byte*>(data) - kRoom));
    const c10::DataPtr memory = std::move(header->memory);
    header->~Header();
  }

  c10::Allocator& inner_;
};

void count_memory() {
  // It stays to the end of the process, as tensors may, and nobody else's allocator takes its place.
  constexpr std::uint8_t kHighest = 255;
  static std::once_flag once;
  std::call_once(once, [] {
    alignas(CountingAllocator) static std::array<std::byte, sizeof(CountingAllocator)> place;
    auto* counting = std::construct_at(reinterpret_cast<CountingAllocator*>(place.data()), *c10::GetCPUAllocator());
    c10::SetCPUAllocator(counting, kHighest);
  });
}

MemoryScope::MemoryScope(std::int64_t limit)
    : tally_(std::make_shared<Tally>(limit, innermost == nullptr ? nullptr : innermost->tally_)), outer_(innermost) {
  innermost = this;
}

MemoryScope::~MemoryScope() { innermost = outer_; }

std::int64_t MemoryScope::live() const { return tally_->live(); }
std::int64_t MemoryScope::peak() const { return tally_->peak(); }
bool MemoryScope::exceeded() const { return tally_->exceeded(); }

std::int64_t check_memory(std::optional<std::int64_t> limit, const std::function<void(const OnStage&)>& dry_run) {
  if (!limit) return 0;
  count_memory();
  const MemoryScope scope(*limit);
  std::string stage;
  try {
    dry_run([&stage](const std::string& now) { stage = now; });
  } catch (...) {
    // Whatever became of the error on its way through LibTorch and the model.
    if (!scope.exceeded()) throw;
  }
  if (!scope.exceeded()) return scope.peak();
  throw MemoryLimitError("would need more than " + memory_text(*limit) + " of memory (trial_memory) " + stage);
}

}  // namespace pegbox

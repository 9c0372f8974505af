#include "workers.hpp"

#include <utility>

#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

namespace pegbox {
namespace {

// The calling thread only waits; it takes no slot of the arena, but counts among TBB's threads.
constexpr int kReservedSlots = 0;
std::size_t threads(int jobs) { return static_cast<std::size_t>(jobs) + 1; }

}  // namespace

class Workers::Arena {
 public:
  Arena(int jobs, LegContext context)
      : context_(context),
        control_(tbb::global_control::max_allowed_parallelism, threads(jobs)),
        arena_(jobs, kReservedSlots) {}

  ~Arena() { group_.wait(); }

  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void give(std::unique_ptr<Leg> leg) {
    // Tasks of an arena start in no strict order, so each takes the leg that has waited longest.
    legs_.push(std::move(leg));
    arena_.enqueue(group_.defer([this] {
      std::unique_ptr<Leg> next;
      legs_.pop(next);
      // A network's own parallel loops must not pick up another trial on this thread.
      tbb::this_task_arena::isolate([&] { train(std::move(next)); });
    }));
  }

  Message next() {
    Message message{};
    messages_.pop(message);
    return message;
  }

 private:
  void train(std::unique_ptr<Leg> leg) {
    const int trial = leg->trial.number;
    messages_.push({Message::Kind::begun, trial, {}, nullptr});
    run_leg(*leg, context_, [&](const Report& report) {
      messages_.push({Message::Kind::reported, trial, report, nullptr});
    });
    messages_.push({Message::Kind::stopped, trial, {}, std::move(leg)});
  }

  LegContext context_;
  tbb::concurrent_bounded_queue<std::unique_ptr<Leg>> legs_;
  tbb::concurrent_bounded_queue<Message> messages_;
  tbb::global_control control_;
  tbb::task_arena arena_;
  tbb::task_group group_;
};

Workers::Workers(int jobs, LegContext context) : arena_(std::make_unique<Arena>(jobs, context)) {}
Workers::~Workers() = default;
void Workers::give(std::unique_ptr<Leg> leg) { arena_->give(std::move(leg)); }
Message Workers::next() { return arena_->next(); }

}  // namespace pegbox

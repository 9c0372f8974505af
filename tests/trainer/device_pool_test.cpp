#include "trainer/device_pool.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::ElementsAre;
using Place = DevicePool::Place;

void doze() { std::this_thread::sleep_for(std::chrono::microseconds(100)); }

/// Threads that wait for a place, one after another; each keeps its place until told.
class Queue {
 public:
  explicit Queue(DevicePool& pool) : pool_(pool) {}
  ~Queue() {
    // Places first: a thread that still waits gets one.
    for (std::size_t left = threads_.size(); left > 0; doze()) {
      const std::lock_guard lock(mutex_);
      left -= std::exchange(kept_, {}).size() + std::exchange(gone_, 0);
    }
  }

  /// Gives back what the thread got.
  void let_go(const std::string& name) {
    std::unique_ptr<Place> place;
    const std::lock_guard lock(mutex_);
    place = std::move(kept_.extract(name).mapped());
    ++gone_;
  }

  /// Returns once the thread waits: its place in the queue is then sure.
  void add(const std::string& name, std::optional<std::size_t> preferred = {}) {
    const std::size_t before = pool_.waiting();
    threads_.emplace_back([this, name, preferred] {
      Place place = preferred ? pool_.take(*preferred) : pool_.take();
      const std::lock_guard lock(mutex_);
      got_.emplace_back(name, place.device());
      kept_.emplace(name, std::make_unique<Place>(std::move(place)));
    });
    while (pool_.waiting() == before) doze();
  }

  /// What was got since the last call, once so many have got something.
  std::vector<std::pair<std::string, std::size_t>> got(std::size_t count) {
    for (;; doze()) {
      const std::lock_guard lock(mutex_);
      if (got_.size() >= count) return std::exchange(got_, {});
    }
  }

 private:
  DevicePool& pool_;
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::size_t>> got_;
  std::map<std::string, std::unique_ptr<Place>> kept_;
  std::size_t gone_ = 0;
  std::deque<std::jthread> threads_;  ///< last: joined before anything that they use goes
};

TEST(DevicePool, GivesTheDeviceWithTheFewestTrials) {
  DevicePool pool(3, 2);
  std::vector<std::unique_ptr<Place>> places;
  std::vector<std::size_t> devices;
  for (int i = 0; i < 6; ++i) {
    places.push_back(std::make_unique<Place>(pool.take()));
    devices.push_back(places.back()->device());
  }
  EXPECT_THAT(devices, ElementsAre(0, 1, 2, 0, 1, 2));
  places[4].reset();
  EXPECT_EQ(pool.running(1), 1);
  EXPECT_EQ(pool.take().device(), 1U);
  EXPECT_EQ(pool.running(1), 1) << "it was given back at once";
}

TEST(DevicePool, StaysWhereThereIsAPlace) {
  DevicePool pool(2, 2);
  const Place first = pool.take(1);
  const Place second = pool.take(1);
  EXPECT_EQ(first.device(), 1U);
  EXPECT_EQ(second.device(), 1U);
  EXPECT_EQ(pool.take(1).device(), 0U) << "that one is full, and another has room";
}

TEST(DevicePool, HasNoLimitOnTheProcessor) {
  DevicePool pool(1, {});
  std::vector<std::unique_ptr<Place>> places;
  for (int i = 0; i < 1000; ++i) places.push_back(std::make_unique<Place>(pool.take()));
  EXPECT_EQ(pool.running(0), 1000);
  places.clear();
  EXPECT_EQ(pool.running(0), 0);
}

TEST(DevicePool, APlaceThatWasMovedFromGivesNothingBack) {
  DevicePool pool(1, 1);
  {
    Place place = pool.take();
    const Place moved = std::move(place);
    EXPECT_EQ(pool.running(0), 1);
  }
  EXPECT_EQ(pool.running(0), 0);
}

TEST(DevicePool, AnExceptionGivesThePlaceBack) {
  DevicePool pool(1, 1);
  EXPECT_THROW(
      {
        const Place place = pool.take();
        throw std::runtime_error("failed");
      },
      std::runtime_error);
  EXPECT_EQ(pool.take().device(), 0U);
}

TEST(DevicePool, ServesInTheOrderOfComing) {
  DevicePool pool(1, 1);
  auto first = std::make_unique<Place>(pool.take());
  std::vector<std::string> order;
  std::mutex mutex;
  {
    std::deque<std::jthread> threads;
    for (const char* name : {"a", "b", "c", "d"}) {
      threads.emplace_back([&, name] {
        const Place place = pool.take();
        const std::lock_guard lock(mutex);
        order.emplace_back(name);
      });
      while (pool.waiting() < threads.size()) doze();
    }
    first.reset();
  }
  EXPECT_THAT(order, ElementsAre("a", "b", "c", "d"));
}

TEST(DevicePool, AFreePlaceGoesToWhoseNetworkIsThere) {
  DevicePool pool(2, 1);
  auto zero = std::make_unique<Place>(pool.take());
  auto one = std::make_unique<Place>(pool.take());
  Queue queue(pool);
  queue.add("a");
  queue.add("b", 1);
  queue.add("c", 0);
  one.reset();
  EXPECT_THAT(queue.got(1), ElementsAre(std::pair("b", 1)));
  zero.reset();
  EXPECT_THAT(queue.got(1), ElementsAre(std::pair("c", 0)))
      << "'a' was passed over twice, as often as there are places";
  queue.let_go("b");
  EXPECT_THAT(queue.got(1), ElementsAre(std::pair("a", 1)));
}

TEST(DevicePool, NobodyIsPassedOverForEver) {
  DevicePool pool(1, 1);
  auto running = std::make_unique<Place>(pool.take());
  Queue queue(pool);
  queue.add("newcomer");
  queue.add("second", 0);
  queue.add("third", 0);
  running.reset();
  EXPECT_THAT(queue.got(1), ElementsAre(std::pair("second", 0)));
  queue.let_go("second");
  EXPECT_THAT(queue.got(1), ElementsAre(std::pair("newcomer", 0))) << "one place: passed over once";
  queue.let_go("newcomer");
  EXPECT_THAT(queue.got(1), ElementsAre(std::pair("third", 0)));
}

/// What must hold whatever happens when: never more trials on a device than it takes, all served, none left behind.
TEST(DevicePool, HoldsItsLimitsOnManyThreads) {
  constexpr std::size_t kDevices = 3;
  constexpr int kPerDevice = 2;
  constexpr int kThreads = 8;
  constexpr int kTurns = 100;
  DevicePool pool(kDevices, kPerDevice);
  std::array<std::atomic<int>, kDevices> running{};
  std::atomic<int> most = 0;
  std::atomic<int> served = 0;
  {
    std::deque<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        for (int turn = 0; turn < kTurns; ++turn) {
          const Place place = (i + turn) % 3 == 0 ? pool.take() : pool.take(static_cast<std::size_t>(i) % kDevices);
          const int now = ++running[place.device()];
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          if (turn % 4 == 0) std::this_thread::yield();
          --running[place.device()];
          ++served;
        }
      });
    }
  }
  EXPECT_EQ(served, kThreads * kTurns);
  EXPECT_LE(most, kPerDevice);
  EXPECT_GE(most, 1);
  for (std::size_t device = 0; device < kDevices; ++device) EXPECT_EQ(pool.running(device), 0);
}

}  // namespace
}  // namespace pegbox

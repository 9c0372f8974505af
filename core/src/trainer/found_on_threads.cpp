#include "found_on_threads.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>

namespace pegbox {

Faults found_on_threads(std::size_t count, const std::function<Faults(std::size_t)>& find) {
  constexpr std::size_t kThreads = 4;
  Faults faults;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (std::size_t first = 0; first < kThreads; ++first) {
    threads.emplace_back([&, first] {
      at::set_num_threads(1);
      for (std::size_t i = 0; i < count; ++i) {
        Faults found = find((i + first) % count);
        const std::lock_guard lock(mutex);
        std::ranges::move(found, std::back_inserter(faults));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return faults;
}

}  // namespace pegbox

#include "signals.hpp"

#include <csignal>
#include <unistd.h>

namespace pegbox {
namespace {

constexpr int kSecondSignal = 130;

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): all that a signal handler can reach
std::atomic<bool> stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing else");

extern "C" void on_signal(int /*signal*/) {
  if (stop.exchange(true)) _exit(kSecondSignal);
  constexpr char kText[] = "\npegbox: stopping after the running epochs; once more to stop at once\n";
  // Nothing can be done about a failed write here.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kText, sizeof kText - 1);
}

}  // namespace

std::atomic<bool>& stop_at_signal() {
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return stop;
}

}  // namespace pegbox

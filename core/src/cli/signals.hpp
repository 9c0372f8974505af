#pragma once

#include <atomic>

namespace pegbox {

/// Becomes true at the first SIGINT or SIGTERM; the second ends the process at once with 130. Installs the handlers.
const std::atomic<bool>& stop_at_signal();

/// As the first signal does. From any thread.
void request_stop();

}  // namespace pegbox

#pragma once

#include <atomic>

namespace pegbox {

/// Becomes true at the first SIGINT or SIGTERM; the second ends the process at once with 130. Installs the handlers.
/// Whoever else sets it does as the first signal does.
std::atomic<bool>& stop_at_signal();

}  // namespace pegbox

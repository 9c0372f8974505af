#pragma once

namespace pegbox {

/// Why a study ended.
enum class Ending { strategy_done, trials, total_epochs, timeout, failures, interrupted, strategy_fault };

/// `the limit of trials is reached`.
const char* to_string(Ending ending);

}  // namespace pegbox

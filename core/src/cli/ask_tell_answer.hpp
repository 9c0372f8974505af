#pragma once

#include <string_view>

#include "json/json.hpp"
#include "scheduler/ask_tell.hpp"

namespace pegbox {

/// The answer to one line of a client of `ask-tell`; a mistake of the client's is answered too. `objectives`: how many
/// the study has. Throws `StrategyFault`.
Json ask_tell_answer(AskTell& study, std::size_t objectives, std::string_view line);

}  // namespace pegbox

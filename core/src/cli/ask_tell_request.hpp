#pragma once

#include <optional>
#include <string_view>

#include "scheduler/ask_tell.hpp"

namespace pegbox {

/// What one line of a client of `ask-tell` says; docs/ask-tell.md.
struct AskTellRequest {
  enum class Op { ask, report, tell };

  Op op = Op::ask;
  std::optional<int> trial = {};      ///< of `report` and `tell`
  std::optional<Params> params = {};  ///< of `tell`: a point of the client's own in place of the trial
  Budget step = 0;                    ///< of `report`
  Result result = {};                 ///< of `report` its values alone
};

/// Reads the line for a study with so many objectives. Throws `ClientMistake`.
AskTellRequest ask_tell_request(std::string_view line, std::size_t objectives);

}  // namespace pegbox

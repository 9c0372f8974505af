#include <pegbox/trial.hpp>

namespace pegbox {

std::string_view to_string(State state) {
  switch (state) {
    case State::waiting:
      return "waiting";
    case State::running:
      return "running";
    case State::paused:
      return "paused";
    case State::complete:
      return "complete";
    case State::pruned:
      return "pruned";
    case State::failed:
      return "failed";
  }
  return "failed";
}

}  // namespace pegbox

#include <pegbox/ending.hpp>

namespace pegbox {

const char* to_string(Ending ending) {
  switch (ending) {
    case Ending::strategy_done:
      return "the strategy is done";
    case Ending::trials:
      return "the limit of trials is reached";
    case Ending::total_epochs:
      return "the limit of total_epochs is reached";
    case Ending::timeout:
      return "the timeout is reached";
    case Ending::failures:
      return "too many trials failed in a row";
    case Ending::interrupted:
      return "interrupted";
    case Ending::strategy_fault:
      return "the strategy broke its contract";
  }
  return "";
}

}  // namespace pegbox

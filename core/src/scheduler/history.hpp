#pragma once

#include <functional>
#include <optional>

#include <pegbox/trial.hpp>

namespace pegbox {

/// Who made a move.
enum class Mover {
  study,     ///< the study itself: its first points
  strategy,  ///< the strategy
  queue,     ///< somebody put a point into the queue
  elsewhere  ///< another program ran the trial
};

/// A move of an earlier run of the study, and what came of it.
struct PastMove {
  Trial trial;   ///< as the move left it, with all its reports; `running`: the run ended before the move did
  int told = 0;  ///< how many results had been told when it was made
  Mover mover = Mover::strategy;
  bool misfit = false;  ///< another program's trial that is no point of the space: it keeps its number and is not told
  bool ended_elsewhere = false;  ///< another program ended the trial: should it have failed, the limit of failures
                                 ///< does not count it
};

/// Gives the moves one by one, in their order; then trials without a move, which other programs run (`running`) or
/// which wait in the queue (`waiting`), by number; then nothing.
using History = std::function<std::optional<PastMove>()>;

/// Points that somebody wants to be tried, while the study runs too.
struct Queue {
  std::function<bool()> waiting;                ///< asked before each move, so it costs next to nothing
  std::function<std::optional<Trial>()> claim;  ///< number and params of the next one, if there still is one
};

}  // namespace pegbox

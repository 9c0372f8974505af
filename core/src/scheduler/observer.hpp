#pragma once

#include <pegbox/trial.hpp>

#include "history.hpp"

namespace pegbox {

/// When and by whom a trial was dispatched.
struct MoveContext {
  int move = 0;  ///< from 0, without gaps, those of earlier runs included
  int told = 0;  ///< results told before
  Mover mover = Mover::strategy;
};

/// Sees what happens in a study. All calls come from the thread that called `run_study`, one at a time.
class Observer {
 public:
  virtual ~Observer() = default;

  /// What an earlier run left of a trial, once for each of its moves that came to an end.
  virtual void recalled(const Trial& /*trial*/) {}

  /// The trial is about to be dispatched up to `trial.until`.
  virtual void moved(const Trial& /*trial*/, const MoveContext& /*context*/) {}

  virtual void begun(const Trial& /*trial*/) {}
  virtual void reported(const Trial& /*trial*/, const Report& /*report*/) {}

  /// The trial paused or ended, and with it that move; results come in the order of arrival.
  virtual void stopped(const Trial& /*trial*/, int /*move*/) {}

  /// A paused trial that nobody will resume ended as pruned.
  virtual void closed(const Trial& /*trial*/) {}
};

}  // namespace pegbox

#pragma once

#include <pegbox/trial.hpp>

namespace pegbox {

/// Sees what happens in a study. All calls come from the thread that called `run_study`, one at a time.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void begun(const Trial& /*trial*/) {}
  virtual void reported(const Trial& /*trial*/, const Report& /*report*/) {}

  /// The trial paused or ended; results come in the order of arrival.
  virtual void stopped(const Trial& /*trial*/) {}
};

}  // namespace pegbox

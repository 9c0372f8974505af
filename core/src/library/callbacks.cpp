#include "callbacks.hpp"

namespace pegbox {

template <class Callback, class Argument>
void CallbackListener::tell(const Callback& callback, const Argument& argument) {
  if (!callback || failure_ != nullptr) return;
  try {
    callback(argument);
  } catch (...) {
    failure_ = std::current_exception();
    stop_ = true;
  }
}

void CallbackListener::stopped(const Trial& trial) {
  if (trial.state != State::paused) tell(callbacks_.trial, trial);
}

void CallbackListener::closed(const Trial& trial) { tell(callbacks_.trial, trial); }

void CallbackListener::note(const std::string& text) { tell(callbacks_.note, text); }

void CallbackListener::rethrow() const {
  if (failure_ != nullptr) std::rethrow_exception(failure_);
}

}  // namespace pegbox

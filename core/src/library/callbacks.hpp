#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <string>

#include "tuner/study_listener.hpp"

namespace pegbox {

/// What a program wants to be told.
struct Callbacks {
  std::function<void(const Trial& trial)> trial;
  std::function<void(const std::string& text)> note;
};

/// Tells the program how its study goes. The first exception that comes of it stops the study.
class CallbackListener final : public StudyListener {
 public:
  /// Both outlive it.
  CallbackListener(const Callbacks& callbacks, std::atomic<bool>& stop) : callbacks_(callbacks), stop_(stop) {}

  void stopped(const Trial& trial) override;
  void closed(const Trial& trial) override;
  void note(const std::string& text) override;

  /// Throws what a callback threw. After the study.
  void rethrow() const;

 private:
  template <class Callback, class Argument>
  void tell(const Callback& callback, const Argument& argument);

  const Callbacks& callbacks_;
  std::atomic<bool>& stop_;
  std::exception_ptr failure_;
};

}  // namespace pegbox

#pragma once

#include <memory>

#include "leg.hpp"

namespace pegbox {

/// What comes back from the workers, in the order in which it happened.
struct Message {
  enum class Kind { begun, reported, stopped };

  Kind kind;
  int trial;
  Report report = {};        ///< of `reported`
  std::unique_ptr<Leg> leg;  ///< of `stopped`
};

/// Trains legs on `jobs` threads, beginning them in the order in which they were given.
class Workers {
 public:
  Workers(int jobs, LegContext context);

  /// Waits for all legs that were given.
  ~Workers();

  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void give(std::unique_ptr<Leg> leg);

  /// Waits for the next message. Some leg must be under way.
  Message next();

 private:
  class Arena;
  std::unique_ptr<Arena> arena_;
};

}  // namespace pegbox

#pragma once

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include <pegbox/strategy.hpp>

#include "plan.hpp"

namespace pegbox {

/// What the strategy did wrong, to be read after its name.
class StrategyFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `trial 7`.
inline std::string named(int trial) { return "trial " + std::to_string(trial); }

/// The trials of a study, and its strategy, which is asked and told here: what it says is judged, and what it throws
/// is its fault.
class Ledger {
 public:
  /// Both outlive it. `for_pruner`: what is told is remembered for a pruner.
  Ledger(const Plan& plan, Strategy& strategy, bool for_pruner)
      : plan_(plan), strategy_(strategy), for_pruner_(for_pruner) {}

  std::deque<Trial>& trials() { return trials_; }       ///< by number
  std::vector<int>& under_way() { return under_way_; }  ///< dispatched and not yet told, in the order of dispatch

  /// The strategy's next move, which can be made: a start is a point of the space with a possible budget, what it
  /// resumes or copies is paused, and it waits only where a trial is under way. Throws `StrategyFault`.
  Move ask();

  /// Tells how the trial stopped, one of `trials` and no longer under way; of one that has ended the last report alone
  /// is kept. Throws `StrategyFault`.
  void tell(Trial& trial);

  /// The record that the next trial begins with. It is not in `trials` yet.
  Trial draft(const Params& params) const;

  /// The trial of that number. Throws `StrategyFault` where it is not paused.
  Trial& paused(int number);

  /// Whether the limit of trials is reached.
  bool full() const;

  /// Whether so many epochs more would be too many.
  bool exceeds(Budget more) const;

  /// What the strategy was told, for the pruner; a trial is in it once for each time it stopped.
  const std::vector<const Trial*>& told() const { return told_; }

 private:
  void judge(const Start& move);
  void check_until(Budget until, Budget reached) const;

  const Plan& plan_;
  Strategy& strategy_;
  bool for_pruner_;
  std::deque<Trial> trials_;
  std::vector<int> under_way_;
  std::deque<Trial> remembered_;  ///< as told, in that order; addresses stay
  std::vector<const Trial*> told_;
};

}  // namespace pegbox

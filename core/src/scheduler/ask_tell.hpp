#pragma once

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

#include "ledger.hpp"
#include "observer.hpp"
#include "plan.hpp"

namespace pegbox {

/// A client said something that cannot be. Nothing has changed by it.
class ClientMistake : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a client says of a trial that it has stopped.
struct Result {
  State state = State::complete;    ///< complete: trained as far as it was asked for; or pruned, or failed
  std::vector<double> values = {};  ///< of a complete one, as many as there are objectives, or none where its last
                                    ///< report has them; one that is not finite fails the trial
  std::string error = {};           ///< why it failed
};

/// A study whose trials a client trains, in whatever order and as many at once as it likes: it asks for them, reports
/// what they measure and tells how they stopped. The strategy is told at once, in the client's order, and the pruner
/// sees what had been told when a trial was asked for. Each call may throw `StrategyFault`, after which none may
/// follow.
class AskTell {
 public:
  /// Of the plan count the space, the objectives, the budgets and limits, the first points and the seed. `most_open`: a
  /// client that has so many trials is told to wait. `pruner` may be null; all outlive this.
  AskTell(const Plan& plan, std::optional<int> most_open, Strategy& strategy, const Pruner* pruner)
      : plan_(plan), most_open_(most_open), pruner_(pruner), ledger_(plan, strategy, pruner != nullptr) {}

  /// Shows what happens from now on to an observer, which outlives this: trials that begin or go on, what they report
  /// or are told to be worth, and how they stop. Nobody learns that a paused trial is closed: a client may always ask.
  void show_to(Observer& observer) { observer_ = &observer; }

  /// A trial to train up to its `until`, which has reports where it was paused and goes on, and `from` where it begins
  /// with a copy of another one's weights; or that there is none until something is told, or none any more.
  std::variant<const Trial*, Wait, Done> ask();

  /// A trial measured something at the end of an epoch, each objective's value. It is to go on where it is still
  /// running; else it was pruned, or failed since a value is not finite or the pruner threw, and counts as told. Throws
  /// `ClientMistake` for a trial that does not run and an epoch that it cannot be at.
  const Trial& report(int trial, Budget epoch, const std::vector<double>& values);

  /// A trial stopped. Of one that ended at a report nothing changes. Throws `ClientMistake` for a trial that does not
  /// run, and for a complete one without values.
  const Trial& tell(int trial, const Result& result);

  /// A trial of the client's own, trained as long as a trial can be. Throws `ClientMistake` where the point is not a
  /// whole one of the space.
  const Trial& add(const Params& params, const Result& result);

 private:
  /// A trial in the client's hands.
  struct Open {
    Trial trial;       ///< with its reports
    std::size_t told;  ///< results that had been told when it was asked for
    int move;
  };

  const Trial* open(Trial& trial, Budget until);
  std::variant<const Trial*, Wait, Done> no_room();
  bool may_resume();
  Open& opened(int number);
  bool goes_on(Open& open, const Report& report) const;
  void finish(Trial& trial, const Result& result) const;
  void show_told(const Trial& trial, const Result& result);
  const Trial& close(int number);
  Report report_of(Budget epoch, const std::vector<double>& values) const;

  const Plan& plan_;
  std::optional<int> most_open_;
  const Pruner* pruner_;
  Ledger ledger_;
  std::map<int, Open> open_;
  std::set<int> ended_at_report_;
  Observer observer_of_nobody_;
  Observer* observer_ = &observer_of_nobody_;
  int moves_ = 0;
  std::size_t next_first_ = 0;
  bool done_ = false;
};

}  // namespace pegbox

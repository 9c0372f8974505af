#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pegbox/plugin.hpp>
#include <pegbox/settings.hpp>
#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// Begin a new trial.
struct Start {
  Params params;
  Budget until;                  ///< 1 … the study's `epochs`; reaching the latter completes the trial
  std::optional<int> from = {};  ///< a paused trial: begin with a copy of its weights
};

/// Go on with a paused trial, its weights still in memory.
struct Resume {
  int trial;
  Budget until;  ///< more than it has reached
};

/// Nothing until the next trial is told. Must not be said while none is running.
struct Wait {};

/// Nothing any more. What runs is still told.
struct Done {};

using Move = std::variant<Start, Resume, Wait, Done>;

/// What a strategy may know when it is asked, besides what it was told.
struct Turn {
  int number;      ///< the number that a started trial will have; key of `Random`
  Trials running;  ///< dispatched and not yet told, in the order of dispatch: a strategy's own moves, the
                   ///< defaults and enqueued points alike; without what they reported since they were dispatched
};

/// Decides what to try next and on what budget. A deterministic machine: called from one thread, it sees no clock, no
/// file and no global generator. What it remembers comes from `tell` alone, so that telling it a stored history again
/// restores it; `ask` may look at `turn.running` for what is under way.
class Strategy {
 public:
  virtual ~Strategy() = default;

  virtual Move ask(const Turn& turn) = 0;

  /// A trial reached its budget (paused or complete), was pruned, or failed; its reports are in it. A trial that is
  /// resumed is told again when it stops again. Trials that the strategy never asked for are told too.
  virtual void tell(const Trial& trial) = 0;

  /// What it made of the study and why, in a line that is shown before the first trial; empty: nothing worth saying.
  virtual std::string choice() const { return {}; }
};

/// What a strategy is made for.
struct StrategyContext {
  SearchSpace space;
  std::vector<Objective> objectives;  ///< at least one
  Budget epochs = 1;                  ///< the largest budget of one trial
  int trials = 0;                     ///< the study's limit; 0: none
  Budget total_epochs = 0;            ///< its limit of epochs over all trials; 0: none
  int window = 1;                     ///< most moves asked for and not yet told
  std::uint64_t seed = 0;
  bool pruned = false;  ///< a pruner may stop trials
  Settings settings;

  /// Another strategy by name, on the same study, for composition; `settings` are those that are not to have their
  /// defaults. Throws as the catalog and `resolve` do, and `StudyError` where a strategy would be inside itself.
  std::function<std::unique_ptr<Strategy>(std::string_view name, const Params& settings)> strategy = {};
};

/// What a strategy's library exports.
struct StrategyPlugin {
  std::vector<Setting> (*settings)();
  std::unique_ptr<Strategy> (*create)(const StrategyContext& context);
};

template <class Type>
std::unique_ptr<Strategy> make_strategy(const StrategyContext& context) {
  return std::make_unique<Type>(context);
}

}  // namespace pegbox

/// Makes the class this library's strategy. `Type` is constructible from `const StrategyContext&` (throw `StudyError`
/// for a study that it cannot take) and may have `static std::vector<Setting> settings()`. `name` and `summary` (one
/// line) are string literals.
#define PEGBOX_STRATEGY(Type, name, summary)                                                             \
  PEGBOX_STAMP("strategy", name, summary, "")                                                            \
  PEGBOX_EXPORT constinit const pegbox::StrategyPlugin pegbox_strategy{&pegbox::declared_settings<Type>, \
                                                                       &pegbox::make_strategy<Type>};

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

#include "findings.hpp"

namespace pegbox {

/// How many trials the definition lets a study have; nothing where it says nothing of that, or is null.
std::optional<std::int64_t> trial_limit(const Json& definition);

/// A study as its health is judged by.
struct Studied {
  const std::deque<Trial>& trials;  ///< each with its last report at least
  const std::vector<Objective>& objectives;
  const SearchSpace& space;  ///< empty where it is not known
  Divided divided = {};
  std::string strategy = {};                 ///< its name; empty: not known
  std::optional<std::int64_t> startup = {};  ///< trials that it makes before it learns from any
  std::optional<std::int64_t> limit = {};    ///< of trials

  /// What the definition says beside these; nothing of one that is null.
  void learn(const Json& definition);
};

/// What was measured on rows that no trial saw: `on rows that no trial saw: accuracy 0.98, loss 0.07`; empty where
/// nothing was.
std::string test_text(const Trial& trial);

/// What a user should know of a study, one sentence each, with what to do: whether the best trial is really better than
/// the next, whether it over- or underfits, whether it lies at the edge of a range, whether all trials of one choice
/// failed or many trials did, whether the objective never moved, and whether the strategy has too few trials to learn
/// from. Most important first. Goes by the first objective.
std::vector<std::string> health(const Studied& study);

/// When something was going on, in seconds.
struct Span {
  double begin, end;
};

/// A sentence where workers were idle much of the time. `spans` are the times of trials, by `begin`; how many workers
/// there are is the most that ever were busy at once. Times in which nothing ran, as between two runs of a study, do
/// not count. Empty where there are fewer than 10 or none overlap.
std::string idle_text(const std::vector<Span>& spans);

}  // namespace pegbox

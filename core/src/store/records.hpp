#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// A study in a store, without its trials.
struct StoredStudy {
  std::int64_t id = 0;
  std::string name;
  std::vector<Objective> objectives;  ///< metrics without a name: `value`, or `value_0`, `value_1`, …
  std::string definition;             ///< what the study is, as JSON; empty where another program made it
  std::string token;                  ///< tells it apart from any other study, of this store or another
};

/// A text that no other study has.
std::string new_token();

/// What a study is made of when it is created.
struct NewStudy {
  std::string name;
  std::vector<Objective> objectives;
  std::string definition;
  std::string token = new_token();  ///< kept where the study has none yet
};

/// A trial as it is kept.
struct StoredTrial {
  Trial trial;                 ///< with its last report alone, unless all are asked for
  std::string started, ended;  ///< UTC, `2026-11-24 08:00:00.000000`; empty: not yet
};

/// Who made a move.
enum class Origin {
  first,     ///< the scheduler: the defaults, or a point of the study file's `enqueue`
  asked,     ///< the strategy
  queued,    ///< somebody, by `enqueue`, while or before the study ran
  elsewhere  ///< another program, which ran the trial itself
};

/// A move of a study, and what came of it.
struct StoredMove {
  Trial trial;   ///< as the move left it, with all its reports; `running` or `waiting`: nothing came of it yet
  int told = 0;  ///< how many results had been told when it was made
  Origin origin = Origin::asked;
  bool ended_elsewhere = false;  ///< another program ended the trial
};

using Time = std::chrono::system_clock::time_point;

/// What happens in a running study, as it is written down.
struct MoveMade {
  Trial trial;   ///< running; without reports it is a new one, unless it was claimed
  int move = 0;  ///< from 0, without gaps
  int told = 0;
  Origin origin = Origin::asked;
  Time at = std::chrono::system_clock::now();
};
/// A worker begins with the trial, which had to wait for one.
struct Begun {
  int trial = 0;
  Time at = std::chrono::system_clock::now();
};
/// An epoch was measured, or, of a trial that is complete, measured further.
struct Reported {
  int trial = 0;
  Report report;
};
/// The move came to its end: the trial is paused or ended.
struct MoveEnded {
  int move = 0;
  Trial trial;
  Time at = std::chrono::system_clock::now();
};
/// A paused trial that nobody resumed ended as pruned.
struct TrialClosed {
  Trial trial;
  Time at = std::chrono::system_clock::now();
};
/// The host stops working on the study. Trials that are not ended go on with the next run.
struct RunEnded {
  std::string why;
};
using Change = std::variant<MoveMade, Begun, Reported, MoveEnded, TrialClosed, RunEnded>;

}  // namespace pegbox

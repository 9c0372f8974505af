#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "crash.hpp"
#include "definition.hpp"
#include "scheduler/plan.hpp"
#include "setup.hpp"
#include "store/recorder.hpp"
#include "store/study_lock.hpp"
#include "trainer/trainer.hpp"

namespace pegbox {

/// A study in a storage that this process begins or goes on with. Its steps in this order: opened, `complete`,
/// `begin`, `record`, `recall`.
class StoredRun {
 public:
  /// Opens the storage, which is made where there is none, and finds the study. What the user should know goes to
  /// standard error.
  explicit StoredRun(const Setup& setup);

  /// For the trainer. What goes wrong there is told to whom `report_to` names.
  CheckpointPlan checkpoints();

  /// What the description leaves open (the limit of trials, the window) is taken from the study into the plan.
  void complete(const Setup& setup, Plan& plan) const;

  /// Creates the study, or compares it with its description. Throws `StudyError` with all differences where the study
  /// is another one than described, unless each is acceptable and the user accepts changes; `StoreError` where another
  /// host runs it.
  void begin(const Setup& setup, const Plan& plan, bool allow_change);

  struct Listener {
    std::function<void(const std::string& text)> fault;  ///< the storage or a checkpoint failed
    std::function<void(const std::string& text)> note;
  };

  /// From any thread. Until it is called nobody is told.
  void report_to(Listener listener) { listener_ = std::move(listener); }

  /// What writes the study down from now on.
  std::unique_ptr<Recorder> record();

  /// Gives the plan the past moves, and what waits. All three live as long as the plan is used.
  void recall(Plan& plan, Recorder& recorder);

  /// Trials that crashed the last run before their move was kept, and why: they fail where they begin again.
  const std::map<int, std::string>& doomed() const { return doomed_; }

  /// The best trial of earlier runs.
  std::optional<Trial> best() const;

  /// Where a crash of this process is noted.
  std::filesystem::path crash_note() const;

  const std::filesystem::path& file() const { return file_; }

  /// Tells the study apart from any other.
  const std::string& token() const { return token_; }

  int past_moves() const { return past_moves_; }

 private:
  std::unique_ptr<Storage> connect() const;
  void check(const Json& now, const Plan& plan, bool allow_change);
  void put_down_crash();
  PastMove past_move(StoredMove stored) const;
  Params queued_point(const Trial& queued) const;

  std::filesystem::path file_;
  RunChoice run_;
  SearchSpace space_;
  std::unique_ptr<Storage> storage_;
  std::optional<StoredStudy> found_;
  std::string token_;
  StoredStudy study_;
  Json definition_;  ///< as stored; null where another program made the study
  std::unique_ptr<StudyLock> lock_;
  Listener listener_;
  std::map<int, std::string> doomed_;
  int past_moves_ = 0;
};

}  // namespace pegbox

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

/// Whether a study may go on though its description has changed, and how a user says so.
struct Acceptance {
  bool changes = false;
  std::string accept = "--allow-change";
  std::string rename = "--study NAME";
};

/// A study in a storage that this process begins or goes on with. Its steps in this order: opened, `complete`,
/// `begin`, `record`, `recall`.
class StoredRun {
 public:
  using Tell = std::function<void(const std::string& text)>;

  /// Opens the storage, which is made where there is none, and finds the study. `note` is told what the user should
  /// know until `report_to` names another.
  StoredRun(const Setup& setup, Tell note);

  /// For the trainer. What goes wrong there is told to whom `report_to` names.
  CheckpointPlan checkpoints();

  /// What the description leaves open (the limit of trials, the window) is taken from the study into the plan.
  void complete(const Setup& setup, Plan& plan) const;

  /// Creates the study, or compares it with its description. Throws `StudyError` with all differences where the study
  /// is another one than described, unless each is acceptable and the user accepts changes; `StoreError` where another
  /// host runs it.
  void begin(const Setup& setup, const Plan& plan, const Acceptance& acceptance);

  struct Listener {
    Tell fault;  ///< the storage or a checkpoint failed
    Tell note;
  };

  /// From any thread.
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
  void check(const Json& now, const Plan& plan, const Acceptance& acceptance);
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

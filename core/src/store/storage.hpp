#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pegbox/store_error.hpp>

#include "records.hpp"

namespace pegbox {

/// Where studies are kept. One object is one connection, used by one thread at a time; any number of them may be open
/// on the same studies, of which one at most continues a study (`StudyLock`). All calls throw `StoreError`. Each call
/// that writes is one transaction: done whole, or not at all.
class Storage {
 public:
  virtual ~Storage() = default;

  // --- Reading ---

  virtual std::vector<StoredStudy> studies() = 0;  ///< by id
  virtual std::optional<StoredStudy> find(std::string_view name) = 0;

  /// Number of trials in each state that occurs. `running` are those that are dispatched, whether a host lives or not.
  virtual std::map<State, int> counts(const StoredStudy& study) = 0;

  /// All trials by number, each with its last report alone. Much faster than `trial` for each.
  virtual std::vector<StoredTrial> trials(const StoredStudy& study) = 0;

  /// The epochs that the moves of each trial were to reach, in the order of the moves, by the trial's number: `1, 3, 9`
  /// for one that was resumed twice. Without trials that have no move.
  virtual std::map<int, std::vector<Budget>> budgets(const StoredStudy& study) = 0;

  /// One trial with all its reports.
  virtual std::optional<StoredTrial> trial(const StoredStudy& study, int number) = 0;

  /// The complete trial with the least cost of the first objective (of equals the one with the lower number).
  virtual std::optional<StoredTrial> best(const StoredStudy& study) = 0;

  /// What is wrong with the database and the invariants of its studies, one sentence each: integrity, numbers gapless,
  /// one state each, values of what is complete and none of what failed, moves gapless.
  virtual std::vector<std::string> faults() = 0;

  // --- Changing studies that are not running, or may be ---

  virtual StoredStudy create(const NewStudy& study) = 0;

  /// Gives the study another definition and keeps the former one; `why` says what changed. A study that another
  /// program made gets its first one, and its objectives get their names.
  virtual StoredStudy redefine(const StoredStudy& study, const NewStudy& now, const std::string& why) = 0;

  /// Puts a point into the queue, as a trial that waits, and returns its number. Complete in the space.
  virtual int enqueue(const StoredStudy& study, const Params& params, const SearchSpace& space) = 0;

  /// Removes a study with all its trials.
  virtual void remove(const StoredStudy& study) = 0;

  // --- Continuing a study; the caller holds its lock ---

  /// Makes what other programs did to the study a part of its history: trials that they ran to the end become moves
  /// (`Origin::elsewhere`), and unfinished moves whose trial they ended (a heartbeat was stale) end as failed.
  virtual void adopt(const StoredStudy& study) = 0;

  /// Ends the unfinished move of a trial as failed: it crashed the host that ran it. Without such a move it does
  /// nothing.
  virtual void fail(const StoredStudy& study, int trial, const std::string& error) = 0;

  virtual int moves(const StoredStudy& study) = 0;

  /// The k-th move, from 0. After the last move come the trials without one (`running` elsewhere, or `waiting`), by
  /// number; then nothing.
  virtual std::optional<StoredMove> move(const StoredStudy& study, int index) = 0;

  /// Writes changes, in their order, as one transaction; `space` has the domains of new trials. Returns a sentence for
  /// each that could not be kept since another program had ended the trial. Throws where another program took the
  /// number of a new trial: the study can be run again, and goes on with that trial in it.
  virtual std::vector<std::string> apply(const StoredStudy& study, const SearchSpace& space,
                                         std::span<const Change> changes) = 0;

  /// Says that the trials that are dispatched are alive.
  virtual void beat(const StoredStudy& study) = 0;

  /// The trial that waits with the lowest number, now running; it has number, params and nothing else.
  virtual std::optional<Trial> claim(const StoredStudy& study) = 0;

  /// Whether trials wait. Costs nothing as long as no other connection wrote.
  virtual bool waiting(const StoredStudy& study) = 0;
};

/// How a storage is opened.
struct StorageAccess {
  bool create = false;       ///< the file is made where there is none; otherwise that is an error
  double busy_timeout = 60;  ///< seconds to wait for others' locks
  /// Called once each time that a lock is waited for longer than a second; must not throw.
  std::function<void()> on_wait = {};
};

/// Opens an SQLite database with Optuna's schema v3.2.0.a and our tables, which are added to one that Optuna made when
/// a study of it is first changed. Throws `StoreError` for what is not such a database, is newer, corrupt or not
/// readable.
std::unique_ptr<Storage> open_storage(const std::filesystem::path& file, const StorageAccess& access = {});

}  // namespace pegbox

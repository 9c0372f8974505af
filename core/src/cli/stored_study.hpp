#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/space.hpp>

#include "json/json.hpp"
#include "options.hpp"
#include "store/storage.hpp"

namespace pegbox {

/// The storage that the options name.
struct OpenStore {
  std::filesystem::path file;
  std::string name;  ///< of the study that is meant; empty: none was named
  std::shared_ptr<Storage> storage;
};

/// Opens what `--storage`, the environment or the study file names. Throws `UsageError` where none is named, and what
/// `described_study` and `open_storage` throw.
OpenStore open_store(const Options& options);

/// The study that was named, or the only one of the storage. Throws `StudyError` where it is not there, `UsageError`
/// where there are several and none was named.
StoredStudy chosen_study(const OpenStore& store);

/// A study of a storage that is open.
struct StoredView {
  OpenStore store;
  StoredStudy study;
  std::optional<std::string> host;  ///< `process 4711 on host node7`: who runs it

  /// As a user should see it: while nobody runs the study, trials that were running are paused.
  StoredTrial shown(StoredTrial trial) const;

  /// All by number, each with its last report alone, as a user should see them.
  std::vector<StoredTrial> trials() const;

  /// The same, without their times.
  std::deque<Trial> plain_trials() const;

  /// How many in each state, all states counted.
  std::map<State, int> counts() const;
};

StoredView view_of(const OpenStore& store, StoredStudy study);

/// The study that the options name.
StoredView chosen_view(const Options& options);

/// What the study is, or null where another program made it. Throws `StoreError` for a text that is not JSON.
Json stored_definition(const StoredStudy& study);

/// The space of the study; empty where another program made it. Throws `StoreError` for one that is none.
SearchSpace stored_space(const StoredStudy& study);

/// `2026-11-24T08:00:00.000000Z` for a time of the store; empty for none.
std::string iso_time(std::string time);

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database.hpp"

namespace pegbox {

/// Studies in an SQLite database, for `open_storage`.
class SqliteStorage : public Storage {
 public:
  SqliteStorage(const std::filesystem::path& file, const StorageAccess& access);

  std::vector<StoredStudy> studies() override;
  std::optional<StoredStudy> find(std::string_view name) override;
  std::map<State, int> counts(const StoredStudy& study) override;
  std::vector<StoredTrial> trials(const StoredStudy& study) override;
  std::map<int, std::vector<Budget>> budgets(const StoredStudy& study) override;
  std::optional<StoredTrial> trial(const StoredStudy& study, int number) override;
  std::optional<StoredTrial> best(const StoredStudy& study) override;
  std::vector<std::string> faults() override;

  StoredStudy create(const NewStudy& study) override;
  StoredStudy redefine(const StoredStudy& study, const NewStudy& now, const std::string& why) override;
  int enqueue(const StoredStudy& study, const Params& params, const SearchSpace& space) override;
  void remove(const StoredStudy& study) override;

  void adopt(const StoredStudy& study) override;
  void fail(const StoredStudy& study, int trial, const std::string& error) override;
  int moves(const StoredStudy& study) override;
  std::optional<StoredMove> move(const StoredStudy& study, int index) override;
  std::vector<std::string> apply(const StoredStudy& study, const SearchSpace& space,
                                 std::span<const Change> changes) override;
  void beat(const StoredStudy& study) override;
  std::optional<Trial> claim(const StoredStudy& study) override;
  bool waiting(const StoredStudy& study) override;

 private:
  /// What `waiting` found, and when. Of our own changes, those of `apply` leave it as it is.
  struct Queue {
    std::int64_t study;
    std::int64_t data_version;
    bool waiting;
  };
  /// Where `move` is after the last move.
  struct Tail {
    std::int64_t study;
    int index;
    std::int64_t number;
  };

  Transaction reading();
  Transaction writing();
  void follow_tables();

  std::optional<StoredMove> kept_move(const StoredStudy& study, int index);
  std::optional<StoredMove> trial_without_move(const StoredStudy& study, int index, int moves);

  Database database_;
  bool stands_in_ = false;  ///< our tables are this connection's own, and empty
  std::optional<Queue> queue_;
  std::optional<Tail> tail_;
};

}  // namespace pegbox

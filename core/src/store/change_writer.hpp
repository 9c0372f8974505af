#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pegbox/space.hpp>

#include "database.hpp"

namespace pegbox {

/// Writes changes of a study, within a transaction.
class ChangeWriter {
 public:
  ChangeWriter(Database& database, const StoredStudy& study, const SearchSpace& space)
      : database_(database), study_(study), space_(space), distributions_(space.size()) {}

  void write(const Change& change);

  /// A sentence for each result that another program was ahead of.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Row {
    std::int64_t id;
    State state;
    bool claimed;  ///< taken from the queue, and without a move yet
  };

  void apply(const MoveMade& made);
  void apply(const Begun& begun);
  void apply(const Reported& reported);
  void apply(const MoveEnded& ended);
  void apply(const TrialClosed& closed);
  void apply(const RunEnded& ended);

  std::optional<Row> find(int number);
  Row existing(int number);

  std::int64_t begin(const MoveMade& made);
  std::int64_t add(const MoveMade& made);
  void take_over(std::int64_t id, const MoveMade& made);
  void write_own_part(std::int64_t id, const Trial& trial);
  void write_params(std::int64_t id, const Params& params);
  std::size_t parameter(const std::string& name) const;
  const std::string& distribution(std::size_t parameter);

  void resume(const Row& row, const Trial& trial);
  void stop(const Trial& trial, State state, Time at);
  void end(std::int64_t id, const Trial& trial, State state, Time at);
  void write_values(std::int64_t id, const Trial& trial, State state);
  void write_metrics(std::int64_t id, const Metrics& metrics);
  void write_attributes(std::int64_t id, const Trial& trial);

  void note(const Row& row, int number);
  std::string named(int trial) const;

  Database& database_;
  const StoredStudy& study_;
  const SearchSpace& space_;
  std::vector<std::string> distributions_;  ///< of the space's parameters, once they are needed
  std::vector<std::string> notes_;
};

/// Number that the study's next trial has.
int next_number(Database& database, const StoredStudy& study);

/// Adds a trial that waits, without a point, and returns its row.
std::int64_t add_waiting(Database& database, const StoredStudy& study, int number);

/// Gives what belongs to one trial to another.
void move_belongings(Database& database, std::int64_t from, std::int64_t to);

}  // namespace pegbox

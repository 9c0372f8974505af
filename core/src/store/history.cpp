#include "history.hpp"

#include <string>
#include <vector>

#include "encoding.hpp"
#include "trial_reader.hpp"

namespace pegbox {
namespace {

/// Why an unfinished move failed whose trial another program ended.
constexpr const char* kEndedElsewhere = "ended by another program";

/// Whether something came of a move, in SQL.
constexpr const char* kEnded = " t.state NOT IN ('RUNNING', 'WAITING') ";

std::vector<std::int64_t> ended_without_move(Database& database, const StoredStudy& study) {
  std::vector<std::int64_t> ids;
  Query query = database.query(std::string("SELECT t.trial_id FROM trials t WHERE t.study_id = ? AND") + kEnded +
                                   "AND NOT EXISTS (SELECT 1 FROM pegbox_moves m WHERE m.trial_id = t.trial_id)"
                                   " ORDER BY t.number",
                               {study.id});
  while (query.next()) ids.push_back(query.integer(0));
  return ids;
}

/// As many as before: so the move waits for nothing that is not told yet.
int told_last(Database& database, const StoredStudy& study) {
  Query query = database.query("SELECT MAX(told) FROM pegbox_moves WHERE study_id = ?", {study.id});
  query.next();
  return static_cast<int>(query.integer(0));
}

void add_move(Database& database, const StoredStudy& study, std::int64_t id, int told) {
  const Trial trial = read_trial(database, study, id, Reports::last)->trial;
  const bool failed = trial.values.empty();
  const State state = failed ? State::failed : trial.state;
  database.run(
      "INSERT INTO pegbox_moves (study_id, move, trial_id, until, told, origin, state, epochs, seconds, error)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {study.id, count_moves(database, study), id, trial.until, told, to_string(Origin::elsewhere), to_string(state),
       trial.epochs(), trial.seconds, failed ? "ended in another program without a value" : ""});
}

void fail_ended(Database& database, const StoredStudy& study) {
  database.run(std::string("UPDATE pegbox_moves AS m SET state = 'failed', error = ?, epochs ="
                           " (SELECT COALESCE(MAX(r.epoch), 0) FROM pegbox_reports r WHERE r.trial_id = m.trial_id),"
                           " seconds = (SELECT p.seconds FROM pegbox_trials p WHERE p.trial_id = m.trial_id)"
                           " WHERE m.study_id = ? AND m.state IS NULL AND EXISTS"
                           " (SELECT 1 FROM trials t WHERE t.trial_id = m.trial_id AND") +
                   kEnded + ")",
               {kEndedElsewhere, study.id});
}

void return_claimed(Database& database, const StoredStudy& study) {
  const char* const claimed =
      " trial_id IN (SELECT p.trial_id FROM pegbox_trials p JOIN trials t ON t.trial_id = p.trial_id"
      " WHERE t.study_id = ? AND p.detail = 'claimed')";
  database.run(
      std::string("UPDATE trials SET state = 'WAITING', datetime_start = NULL WHERE state = 'RUNNING' AND") + claimed,
      {study.id});
  database.run(std::string("DELETE FROM pegbox_trials WHERE") + claimed, {study.id});
}

/// The trial as it was when the move ended.
void cut(Trial& trial, const StoredStudy& study, const Query& row) {
  trial.state = *own_state_from(row.text(4));
  const Budget epochs = row.integer(5);
  trial.seconds = row.real(6);
  trial.error = row.text(7);
  const bool whole = trial.epochs() <= epochs;
  std::erase_if(trial.reports, [&](const Report& report) { return report.epoch > epochs; });
  if (trial.state == State::failed) {
    trial.values.clear();
  } else if (!trial.reports.empty() && (!whole || trial.values.empty())) {
    trial.values = objective_values(study.objectives, trial.reports.back());
  }
}

}  // namespace

int count_moves(Database& database, const StoredStudy& study) {
  Query query = database.query("SELECT MAX(move) + 1 FROM pegbox_moves WHERE study_id = ?", {study.id});
  query.next();
  return static_cast<int>(query.integer(0));
}

std::optional<StoredMove> read_move(Database& database, const StoredStudy& study, int index) {
  Query row = database.query(
      "SELECT trial_id, until, told, origin, state, epochs, seconds, error FROM pegbox_moves"
      " WHERE study_id = ? AND move = ?",
      {study.id, index});
  if (!row.next()) return {};
  auto stored = read_trial(database, study, row.integer(0), Reports::all);
  const auto origin = origin_from(row.text(3));
  if (!stored || !origin || (!row.null(4) && !own_state_from(row.text(4)))) {
    throw StoreError(database.name() + " is damaged: move " + std::to_string(index) + " of study '" + study.name +
                     "' cannot be read; 'pegbox storage check' tells more, restore a copy");
  }
  StoredMove move{std::move(stored->trial), static_cast<int>(row.integer(2)), *origin};
  move.trial.until = row.integer(1);
  move.trial.state = State::running;
  move.ended_elsewhere = *origin == Origin::elsewhere || row.text(7) == kEndedElsewhere;
  if (!row.null(4)) cut(move.trial, study, row);
  return move;
}

void adopt_others(Database& database, const StoredStudy& study) {
  return_claimed(database, study);
  fail_ended(database, study);
  const int told = told_last(database, study);
  for (const std::int64_t id : ended_without_move(database, study)) add_move(database, study, id, told);
}

}  // namespace pegbox

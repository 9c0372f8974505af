#include "change_writer.hpp"

#include <algorithm>
#include <cmath>

#include "encoding.hpp"
#include "trial_reader.hpp"

namespace pegbox {
namespace {

std::vector<std::int64_t> waiting_from(Database& database, const StoredStudy& study, int number) {
  std::vector<std::int64_t> ids;
  Query query = database.query(
      "SELECT trial_id FROM trials WHERE study_id = ? AND number >= ? AND state = 'WAITING' ORDER BY number",
      {study.id, number});
  while (query.next()) ids.push_back(query.integer(0));
  return ids;
}

void write_user_attribute(Database& database, std::int64_t id, std::string_view name, const std::string& json) {
  database.run(
      "INSERT INTO trial_user_attributes (trial_id, \"key\", value_json) VALUES (?, ?, ?)"
      " ON CONFLICT (trial_id, \"key\") DO UPDATE SET value_json = excluded.value_json",
      {id, name, json});
}

}  // namespace

int next_number(Database& database, const StoredStudy& study) {
  Query query = database.query("SELECT MAX(number) + 1 FROM trials WHERE study_id = ?", {study.id});
  query.next();
  return static_cast<int>(query.integer(0));
}

std::int64_t add_waiting(Database& database, const StoredStudy& study, int number) {
  database.run("INSERT INTO trials (number, study_id, state) VALUES (?, ?, 'WAITING')", {number, study.id});
  return database.last_id();
}

void move_belongings(Database& database, std::int64_t from, std::int64_t to) {
  for (const char* const table : {"trial_user_attributes", "trial_system_attributes", "trial_params", "trial_values",
                                  "trial_intermediate_values"}) {
    database.run(std::string("UPDATE ") + table + " SET trial_id = ? WHERE trial_id = ?", {to, from});
  }
}

void ChangeWriter::write(const Change& change) {
  std::visit([this](const auto& one) { apply(one); }, change);
}

void ChangeWriter::apply(const MoveMade& made) {
  const std::int64_t id = begin(made);
  database_.run("INSERT INTO pegbox_moves (study_id, move, trial_id, until, told, origin) VALUES (?, ?, ?, ?, ?, ?)",
                {study_.id, made.move, id, made.trial.until, made.told, to_string(made.origin)});
}

/// Not of a trial that goes on: it began before.
void ChangeWriter::apply(const Begun& begun) {
  database_.run("UPDATE trials SET datetime_start = ? WHERE trial_id = ? AND state = 'RUNNING'",
                {time_text(begun.at), existing(begun.trial).id});
}

void ChangeWriter::apply(const Reported& reported) {
  const Row row = existing(reported.trial);
  const Report& report = reported.report;
  database_.run(
      "INSERT INTO pegbox_reports (trial_id, epoch, metrics) VALUES (?, ?, ?)"
      " ON CONFLICT (trial_id, epoch) DO UPDATE SET metrics = excluded.metrics",
      {row.id, report.epoch, metrics_json(report.metrics)});
  if (row.state == State::complete) write_metrics(row.id, report.metrics);
  const auto values = objective_values(study_.objectives, report);
  if (values.size() != 1 || row.state != State::running) return;
  const TypedNumber value = typed(values.front());
  const Argument finite = value.finite ? Argument(*value.finite) : Argument(nullptr);
  database_.run(
      "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)"
      " VALUES (?, ?, ?, ?) ON CONFLICT (trial_id, step) DO UPDATE SET intermediate_value = "
      "excluded.intermediate_value,"
      " intermediate_value_type = excluded.intermediate_value_type",
      {row.id, report.epoch, finite, value.type});
}

void ChangeWriter::apply(const MoveEnded& ended) {
  const Trial& trial = ended.trial;
  const int changed = database_.run(
      "UPDATE pegbox_moves SET state = ?, epochs = ?, seconds = ?, error = ? WHERE study_id = ? AND move = ?",
      {to_string(trial.state), trial.epochs(), trial.seconds, trial.error, study_.id, ended.move});
  if (changed == 1) return stop(trial, trial.state, ended.at);
  throw StoreError(named(trial.number) + " in " + database_.name() + " has no move " + std::to_string(ended.move) +
                   "; 'pegbox storage check' tells more");
}

/// One that was closed in an earlier run stays as it was then.
void ChangeWriter::apply(const TrialClosed& closed) {
  if (existing(closed.trial.number).state == State::pruned) return;
  stop(closed.trial, State::pruned, closed.at);
}

/// So that nobody takes a trial that goes on later for one whose host died.
void ChangeWriter::apply(const RunEnded& ended) {
  database_.run(
      "DELETE FROM trial_heartbeats WHERE trial_id IN"
      " (SELECT trial_id FROM trials WHERE study_id = ? AND state = 'RUNNING')",
      {study_.id});
  database_.run("UPDATE pegbox_studies SET run_ended = ? WHERE study_id = ?", {ended.why, study_.id});
}

std::optional<ChangeWriter::Row> ChangeWriter::find(int number) {
  Query query = database_.query(
      "SELECT t.trial_id, t.state, p.detail FROM trials t LEFT JOIN pegbox_trials p ON p.trial_id = t.trial_id"
      " WHERE t.study_id = ? AND t.number = ?",
      {study_.id, number});
  if (!query.next()) return {};
  return Row{query.integer(0), state_from(query.text(1)).value_or(State::failed), query.text(2) == "claimed"};
}

ChangeWriter::Row ChangeWriter::existing(int number) {
  if (const auto row = find(number)) return *row;
  throw StoreError(named(number) + " is not in " + database_.name() + " any more: another program removed it");
}

/// Makes the trial a running one, where it is none yet.
std::int64_t ChangeWriter::begin(const MoveMade& made) {
  const Trial& trial = made.trial;
  if (!trial.reports.empty()) {
    const Row row = existing(trial.number);
    resume(row, trial);
    return row.id;
  }
  const auto row = find(trial.number);
  if (row && row->state != State::waiting && !row->claimed) {
    throw StoreError("another program added trial " + std::to_string(trial.number) + " to study '" + study_.name +
                     "' in " + database_.name() + " while it ran; run pegbox again to go on with it in the study");
  }
  if (row && row->state == State::waiting) take_over(row->id, made);
  const std::int64_t id = row ? row->id : add(made);
  write_own_part(id, trial);
  write_params(id, trial.params);
  return id;
}

std::int64_t ChangeWriter::add(const MoveMade& made) {
  const Trial& trial = made.trial;
  const int next = next_number(database_, study_);
  if (next != trial.number) {
    throw StoreError(named(trial.number) + " cannot be added to " + database_.name() + ": the next one is trial " +
                     std::to_string(next) + "; run pegbox again");
  }
  database_.run("INSERT INTO trials (number, study_id, state, datetime_start) VALUES (?, ?, 'RUNNING', ?)",
                {trial.number, study_.id, time_text(made.at)});
  return database_.last_id();
}

/// Somebody put points into the queue where our trial belongs. Each of them moves on by one, in their order.
void ChangeWriter::take_over(std::int64_t id, const MoveMade& made) {
  auto ids = waiting_from(database_, study_, made.trial.number);
  ids.push_back(add_waiting(database_, study_, next_number(database_, study_)));
  for (auto i = ids.size() - 1; i > 0; --i) move_belongings(database_, ids[i - 1], ids[i]);
  database_.run("UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ? AND state = 'WAITING'",
                {time_text(made.at), id});
}

void ChangeWriter::write_own_part(std::int64_t id, const Trial& trial) {
  Params inexact;
  for (const auto& [name, value] : trial.params) {
    if (!survives(space_[parameter(name)].domain, value)) inexact.set(name, value);
  }
  const std::string exact = inexact.size() > 0 ? params_json(inexact) : "";
  database_.run(
      "INSERT OR REPLACE INTO pegbox_trials (trial_id, seed, from_number, until, seconds, error, params)"
      " VALUES (?, ?, ?, ?, ?, '', ?)",
      {id, static_cast<std::int64_t>(trial.seed), trial.from ? Argument(*trial.from) : Argument(nullptr), trial.until,
       trial.seconds, exact.empty() ? Argument(nullptr) : Argument(exact)});
}

void ChangeWriter::write_params(std::int64_t id, const Params& params) {
  for (const auto& [name, value] : params) {
    const std::size_t position = parameter(name);
    const auto internal = internal_value(space_[position].domain, value);
    if (!internal) {
      throw StoreError("hyperparameter '" + name + "' of study '" + study_.name + "' cannot be written to " +
                       database_.name() + ": " + misfit(space_[position].domain, value).value_or(""));
    }
    database_.run(
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (trial_id, param_name) DO UPDATE SET param_value = excluded.param_value,"
        " distribution_json = excluded.distribution_json",
        {id, name, *internal, distribution(position)});
  }
}

std::size_t ChangeWriter::parameter(const std::string& name) const {
  if (const auto position = space_.find(name)) return *position;
  throw StoreError("hyperparameter '" + name + "' of study '" + study_.name + "' cannot be written to " +
                   database_.name() + ": it is not in the space");
}

const std::string& ChangeWriter::distribution(std::size_t parameter) {
  std::string& json = distributions_[parameter];
  if (json.empty()) json = distribution_json(space_[parameter].domain);
  return json;
}

/// A paused trial goes on, or one that was closed as pruned since nobody resumed it then.
void ChangeWriter::resume(const Row& row, const Trial& trial) {
  if (row.state != State::running && row.state != State::pruned) return note(row, trial.number);
  if (row.state == State::pruned) {
    database_.run("UPDATE trials SET state = 'RUNNING', datetime_complete = NULL WHERE trial_id = ?", {row.id});
    database_.run("DELETE FROM trial_values WHERE trial_id = ?", {row.id});
  }
  database_.run("UPDATE pegbox_trials SET until = ?, detail = NULL WHERE trial_id = ?", {trial.until, row.id});
}

/// Writes what came of a stretch of training: the trial is paused or ended.
void ChangeWriter::stop(const Trial& trial, State state, Time at) {
  const Row row = existing(trial.number);
  if (row.state != State::running) return note(row, trial.number);
  // After a crash an epoch may have been trained twice, and have gone otherwise.
  database_.run("DELETE FROM pegbox_reports WHERE trial_id = ? AND epoch > ?", {row.id, trial.epochs()});
  database_.run("DELETE FROM trial_intermediate_values WHERE trial_id = ? AND step > ?", {row.id, trial.epochs()});
  const bool paused = state == State::paused;
  database_.run("UPDATE pegbox_trials SET detail = ?, seconds = ?, error = ? WHERE trial_id = ?",
                {paused ? Argument("paused") : Argument(nullptr), trial.seconds, trial.error, row.id});
  if (!paused) return end(row.id, trial, state, at);
  // Nobody says that it is alive while it does nothing.
  database_.run("DELETE FROM trial_heartbeats WHERE trial_id = ?", {row.id});
}

void ChangeWriter::end(std::int64_t id, const Trial& trial, State state, Time at) {
  database_.run("UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ? AND state = 'RUNNING'",
                {optuna_state(state), time_text(at), id});
  if (state != State::failed) write_values(id, trial, state);
  write_attributes(id, trial);
}

void ChangeWriter::write_values(std::int64_t id, const Trial& trial, State state) {
  const bool all =
      trial.values.size() == study_.objectives.size() &&
      std::none_of(trial.values.begin(), trial.values.end(), [](double value) { return std::isnan(value); });
  if (!all && state == State::complete) {
    throw StoreError(named(trial.number) + " cannot be written to " + database_.name() +
                     " as complete: it needs a number for each of " + std::to_string(study_.objectives.size()) +
                     " objectives");
  }
  if (!all) return;
  for (std::size_t i = 0; i < trial.values.size(); ++i) {
    const TypedNumber value = typed(trial.values[i]);
    database_.run(
        "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)",
        {id, static_cast<std::int64_t>(i), value.finite ? Argument(*value.finite) : Argument(nullptr), value.type});
  }
}

void ChangeWriter::write_metrics(std::int64_t id, const Metrics& metrics) {
  const auto is_objective = [this](const std::string& metric) {
    return std::any_of(study_.objectives.begin(), study_.objectives.end(),
                       [&](const Objective& objective) { return objective.metric == metric; });
  };
  for (const auto& [metric, number] : metrics) {
    if (!is_objective(metric)) write_user_attribute(database_, id, metric, attribute_json(number));
  }
}

/// Columns in Optuna's tables and plots.
void ChangeWriter::write_attributes(std::int64_t id, const Trial& trial) {
  if (!trial.reports.empty()) write_metrics(id, trial.reports.back().metrics);
  write_user_attribute(database_, id, "epochs", attribute_json(trial.epochs()));
  write_user_attribute(database_, id, "seconds", attribute_json(trial.seconds));
  if (!trial.error.empty()) write_user_attribute(database_, id, "error", attribute_json(trial.error));
}

void ChangeWriter::note(const Row& row, int number) {
  notes_.push_back(named(number) + " was ended by another program, as " + std::string(to_string(row.state)) +
                   "; what came of it here is kept in the study's history alone");
}

std::string ChangeWriter::named(int trial) const {
  return "trial " + std::to_string(trial) + " of study '" + study_.name + "'";
}

}  // namespace pegbox

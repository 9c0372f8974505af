#include "sqlite_storage.hpp"

#include "change_writer.hpp"
#include "encoding.hpp"
#include "faults.hpp"
#include "history.hpp"
#include "schema.hpp"
#include "studies.hpp"
#include "trial_reader.hpp"

namespace pegbox {
namespace {

/// Whether a file has to be made. An empty one counts as none.
bool missing(const std::filesystem::path& file, const StorageAccess& access) {
  std::error_code error;
  const bool there = std::filesystem::exists(file, error) &&
                     (std::filesystem::is_directory(file, error) || std::filesystem::file_size(file, error) > 0);
  if (!there && !access.create) {
    throw StoreError("there is no study in " + file.string() + "; give the file that a study was run with");
  }
  return !there;
}

std::optional<std::int64_t> trial_id(Database& database, const StoredStudy& study, int number) {
  Query query = database.query("SELECT trial_id FROM trials WHERE study_id = ? AND number = ?", {study.id, number});
  if (!query.next()) return {};
  return query.integer(0);
}

std::optional<std::int64_t> best_id(Database& database, const StoredStudy& study) {
  const char* const direction = study.objectives.front().maximize ? "DESC" : "ASC";
  Query query = database.query(
      std::string("SELECT t.trial_id FROM trials t JOIN trial_values v ON v.trial_id = t.trial_id AND v.objective = 0"
                  " WHERE t.study_id = ? AND t.state = 'COMPLETE' ORDER BY CASE v.value_type WHEN 'INF_POS' THEN 9e999"
                  " WHEN 'INF_NEG' THEN -9e999 ELSE v.value END ") +
          direction + ", t.number LIMIT 1",
      {study.id});
  if (!query.next()) return {};
  return query.integer(0);
}

/// The move of the trial that nothing came of yet.
std::optional<int> unfinished_move(Database& database, std::int64_t trial) {
  Query query = database.query("SELECT move FROM pegbox_moves WHERE trial_id = ? AND state IS NULL", {trial});
  if (!query.next()) return {};
  return static_cast<int>(query.integer(0));
}

std::optional<std::int64_t> first_waiting(Database& database, const StoredStudy& study) {
  Query query = database.query(
      "SELECT trial_id FROM trials WHERE study_id = ? AND state = 'WAITING' ORDER BY number LIMIT 1", {study.id});
  if (!query.next()) return {};
  return query.integer(0);
}

std::int64_t data_version(Database& database) {
  Query query = database.query("PRAGMA data_version");
  query.next();
  return query.integer(0);
}

}  // namespace

SqliteStorage::SqliteStorage(const std::filesystem::path& file, const StorageAccess& access)
    : database_(file, access, missing(file, access)) {
  if (without_tables(database_)) {
    if (!access.create) throw StoreError("there is no study in " + file.string() + "; it is an empty database");
    database_.check_writable();
    create_schema(database_);
  }
  check_schema(database_);
  stands_in_ = !has_our_tables(database_);
  if (stands_in_) add_stand_ins(database_);
}

/// Another program may have added our tables.
void SqliteStorage::follow_tables() {
  if (!stands_in_ || !has_our_tables(database_)) return;
  drop_stand_ins(database_);
  stands_in_ = false;
}

Transaction SqliteStorage::reading() {
  follow_tables();
  return {database_, Transaction::Kind::reading};
}

Transaction SqliteStorage::writing() {
  database_.check_writable();
  database_.leave_write_ahead_log();
  tail_.reset();
  follow_tables();
  if (stands_in_) {
    Transaction transaction(database_, Transaction::Kind::writing);
    drop_stand_ins(database_);
    if (!has_our_tables(database_)) add_our_tables(database_);
    transaction.commit();
    stands_in_ = false;
  }
  return {database_, Transaction::Kind::writing};
}

std::vector<StoredStudy> SqliteStorage::studies() {
  const auto transaction = reading();
  return read_studies(database_);
}

std::optional<StoredStudy> SqliteStorage::find(std::string_view name) {
  const auto transaction = reading();
  return find_study(database_, name);
}

std::map<State, int> SqliteStorage::counts(const StoredStudy& study) {
  const auto transaction = reading();
  std::map<State, int> counts;
  Query query = database_.query(
      "SELECT t.state, p.detail, COUNT(*) FROM trials t LEFT JOIN pegbox_trials p ON p.trial_id = t.trial_id"
      " WHERE t.study_id = ? GROUP BY t.state, p.detail",
      {study.id});
  while (query.next()) {
    const auto state = state_from(query.text(0));
    if (!state) continue;
    const bool paused = *state == State::running && query.text(1) == "paused";
    counts[paused ? State::paused : *state] += static_cast<int>(query.integer(2));
  }
  return counts;
}

std::vector<StoredTrial> SqliteStorage::trials(const StoredStudy& study) {
  const auto transaction = reading();
  return read_trials(database_, study);
}

std::map<int, std::vector<Budget>> SqliteStorage::budgets(const StoredStudy& study) {
  const auto transaction = reading();
  std::map<int, std::vector<Budget>> budgets;
  Query query = database_.query(
      "SELECT t.number, m.until FROM pegbox_moves m JOIN trials t ON t.trial_id = m.trial_id WHERE m.study_id = ?"
      " ORDER BY m.move",
      {study.id});
  while (query.next()) budgets[static_cast<int>(query.integer(0))].push_back(query.integer(1));
  return budgets;
}

std::optional<StoredTrial> SqliteStorage::trial(const StoredStudy& study, int number) {
  const auto transaction = reading();
  const auto id = trial_id(database_, study, number);
  return id ? read_trial(database_, study, *id, Reports::all) : std::nullopt;
}

std::optional<StoredTrial> SqliteStorage::best(const StoredStudy& study) {
  const auto transaction = reading();
  const auto id = best_id(database_, study);
  return id ? read_trial(database_, study, *id, Reports::last) : std::nullopt;
}

std::vector<std::string> SqliteStorage::faults() {
  const auto transaction = reading();
  return find_faults(database_);
}

StoredStudy SqliteStorage::create(const NewStudy& study) {
  auto transaction = writing();
  StoredStudy created = create_study(database_, study);
  transaction.commit();
  return created;
}

StoredStudy SqliteStorage::redefine(const StoredStudy& study, const NewStudy& now, const std::string& why) {
  auto transaction = writing();
  check_study(database_, study);
  StoredStudy redefined = redefine_study(database_, study, now, why);
  transaction.commit();
  return redefined;
}

int SqliteStorage::enqueue(const StoredStudy& study, const Params& params, const SearchSpace& space) {
  if (const auto why = space.fault(params)) {
    throw StoreError("a point cannot be put into the queue of study '" + study.name + "': " + *why);
  }
  auto transaction = writing();
  check_study(database_, study);
  queue_.reset();
  const int number = next_number(database_, study);
  const std::int64_t id = add_waiting(database_, study, number);
  database_.run("INSERT INTO trial_system_attributes (trial_id, \"key\", value_json) VALUES (?, 'fixed_params', ?)",
                {id, params_json(params)});
  transaction.commit();
  return number;
}

void SqliteStorage::remove(const StoredStudy& study) {
  auto transaction = writing();
  check_study(database_, study);
  queue_.reset();
  remove_study(database_, study);
  transaction.commit();
}

void SqliteStorage::adopt(const StoredStudy& study) {
  auto transaction = writing();
  check_study(database_, study);
  queue_.reset();
  adopt_others(database_, study);
  transaction.commit();
}

void SqliteStorage::fail(const StoredStudy& study, int trial, const std::string& error) {
  auto transaction = writing();
  check_study(database_, study);
  const auto id = trial_id(database_, study, trial);
  const auto move = id ? unfinished_move(database_, *id) : std::nullopt;
  if (!move) return;
  MoveEnded ended{*move, read_trial(database_, study, *id, Reports::all)->trial};
  ended.trial.state = State::failed;
  ended.trial.error = error;
  ended.trial.values.clear();
  ChangeWriter(database_, study, {}).write(ended);
  transaction.commit();
}

int SqliteStorage::moves(const StoredStudy& study) {
  const auto transaction = reading();
  return count_moves(database_, study);
}

std::optional<StoredMove> SqliteStorage::move(const StoredStudy& study, int index) {
  const auto transaction = reading();
  if (auto kept = read_move(database_, study, index)) return kept;
  return trial_without_move(study, index, count_moves(database_, study));
}

/// Goes on from where the last call was, so that all of them take a time in proportion to their number.
std::optional<StoredMove> SqliteStorage::trial_without_move(const StoredStudy& study, int index, int moves) {
  const bool goes_on = tail_ && tail_->study == study.id && tail_->index + 1 == index && index > moves;
  Query query = database_.query(
      "SELECT t.trial_id, t.number FROM trials t WHERE t.study_id = ? AND t.state IN ('RUNNING', 'WAITING')"
      " AND t.number > ? AND NOT EXISTS (SELECT 1 FROM pegbox_moves m WHERE m.trial_id = t.trial_id)"
      " ORDER BY t.number LIMIT 1 OFFSET ?",
      {study.id, goes_on ? tail_->number : std::int64_t{-1}, goes_on ? 0 : index - moves});
  if (index < moves || !query.next()) return {};
  tail_ = Tail{study.id, index, query.integer(1)};
  Trial trial = read_trial(database_, study, query.integer(0), Reports::all)->trial;
  const Origin origin = trial.state == State::waiting ? Origin::queued : Origin::elsewhere;
  return StoredMove{std::move(trial), 0, origin};
}

std::vector<std::string> SqliteStorage::apply(const StoredStudy& study, const SearchSpace& space,
                                              std::span<const Change> changes) {
  auto transaction = writing();
  check_study(database_, study);
  ChangeWriter writer(database_, study, space);
  for (const Change& change : changes) writer.write(change);
  transaction.commit();
  return writer.notes();
}

void SqliteStorage::beat(const StoredStudy& study) {
  auto transaction = writing();
  database_.run(
      "INSERT INTO trial_heartbeats (trial_id, heartbeat) SELECT m.trial_id, CURRENT_TIMESTAMP FROM pegbox_moves m"
      " JOIN trials t ON t.trial_id = m.trial_id WHERE m.study_id = ? AND m.state IS NULL AND t.state = 'RUNNING'"
      " ON CONFLICT (trial_id) DO UPDATE SET heartbeat = excluded.heartbeat",
      {study.id});
  transaction.commit();
}

std::optional<Trial> SqliteStorage::claim(const StoredStudy& study) {
  auto transaction = writing();
  check_study(database_, study);
  queue_.reset();
  const auto id = first_waiting(database_, study);
  if (!id) return {};
  const Trial queued = read_trial(database_, study, *id, Reports::last)->trial;
  database_.run("UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ? AND state = 'WAITING'",
                {time_text(std::chrono::system_clock::now()), *id});
  database_.run(
      "INSERT OR REPLACE INTO pegbox_trials (trial_id, seed, until, detail, seconds, error)"
      " VALUES (?, 0, 0, 'claimed', 0, '')",
      {*id});
  transaction.commit();
  Trial trial;
  trial.number = queued.number;
  trial.params = queued.params;
  trial.state = State::running;
  return trial;
}

bool SqliteStorage::waiting(const StoredStudy& study) {
  const std::int64_t version = data_version(database_);
  if (queue_ && queue_->study == study.id && queue_->data_version == version) return queue_->waiting;
  queue_ = Queue{study.id, version, first_waiting(database_, study).has_value()};
  return queue_->waiting;
}

std::unique_ptr<Storage> open_storage(const std::filesystem::path& file, const StorageAccess& access) {
  return std::make_unique<SqliteStorage>(file, access);
}

}  // namespace pegbox

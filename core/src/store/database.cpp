#include "database.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sqlite3.h>
#include <thread>

#include <pegbox/value.hpp>

namespace pegbox {
namespace {

constexpr int kPrimaryCode = 0xff;  // the rest of a result code says more of the same

std::string why(int code, const std::string& detail) {
  return detail.empty() || detail == "not an error" ? sqlite3_errstr(code) : detail;
}

/// One sentence of what went wrong and what would be right.
std::string sentence(const std::string& file, int code, const std::string& detail, double waited) {
  switch (code & kPrimaryCode) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return file + " is locked by another program; waited " + to_string(Value(waited)) + " s";
    case SQLITE_FULL:
      return "the disk is full: " + file + " could not be written and is as it was before; make room there";
    case SQLITE_IOERR:
      return file + " could not be read or written (" + sqlite3_errstr(code) + ", code " + std::to_string(code) +
             "); check the disk that it is on";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return file + " cannot be written; make the file and its folder writable, or give another one";
    case SQLITE_CANTOPEN:
      return file + " cannot be opened; it must be a file that can be read, in a folder that can be written";
    case SQLITE_CORRUPT:
      return file + " is damaged: " + why(code, detail) + "; 'pegbox storage check' tells more, restore a copy";
    case SQLITE_NOTADB:
      return file + " is not an SQLite database; give the file of a pegbox or Optuna study, or a new name";
    default:
      return file + " cannot be used: " + why(code, detail) + "; 'pegbox storage check' tells more";
  }
}

std::filesystem::path checked(std::filesystem::path file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    throw StoreError(file.string() + " is a folder; a store is a file");
  }
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::is_directory(folder, error)) {
    throw StoreError("there is no folder " + folder.string() + " for " + file.string() + "; make it first");
  }
  return file;
}

void bind(sqlite3_stmt* statement, int position, const Argument& argument) {
  if (const auto* whole = std::get_if<std::int64_t>(&argument)) {
    sqlite3_bind_int64(statement, position, *whole);
  } else if (const auto* real = std::get_if<double>(&argument)) {
    sqlite3_bind_double(statement, position, *real);
  } else if (const auto* text = std::get_if<std::string_view>(&argument)) {
    const char* const data = text->data() == nullptr ? "" : text->data();
    sqlite3_bind_text64(statement, position, data, text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else {
    sqlite3_bind_null(statement, position);
  }
}

}  // namespace

Query::Query(sqlite3_stmt* statement, std::function<void(int)> fail) : statement_(statement), fail_(std::move(fail)) {}

Query::~Query() { sqlite3_reset(statement_); }

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail_(code);
  return false;
}

bool Query::null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Query::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Query::text(int column) const {
  const void* const data = sqlite3_column_text(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(std::filesystem::path file, const StorageAccess& access, bool make)
    : file_(checked(std::move(file))), patience_{std::chrono::duration<double>(access.busy_timeout), access.on_wait} {
  sqlite3* connection = nullptr;
  // The full path is never one of SQLite's special names. A file that cannot be written is opened for reading.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | (make ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(std::filesystem::absolute(file_).c_str(), &connection, flags, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_handler(connection, &Database::wait, &patience_);
  script(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
      "PRAGMA cell_size_check = ON");
}

Database::~Database() = default;

int Database::wait(void* patience, int count) noexcept {
  auto& self = *static_cast<Patience*>(patience);
  const auto now = std::chrono::steady_clock::now();
  if (count == 0) {
    self.since = now;
    self.told = false;
  }
  const std::chrono::duration<double> waited = now - self.since;
  if (waited >= self.timeout) return 0;
  if (waited.count() >= 1 && !self.told) {
    self.told = true;
    if (self.on_wait) self.on_wait();
  }
  constexpr int kMostDoublings = 7;
  const std::chrono::duration<double> pause(1e-3 * (1 << std::min(count, kMostDoublings)));
  std::this_thread::sleep_for(std::min(pause, self.timeout - waited));
  return 1;
}

void Database::fail(int code) const {
  const std::string detail = connection_ ? sqlite3_errmsg(connection_.get()) : "";
  throw StoreError(sentence(name(), code, detail, patience_.timeout.count()));
}

sqlite3_stmt* Database::prepared(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  statements_.emplace(sql, statement);
  return statement;
}

Query Database::query(std::string_view sql, std::initializer_list<Argument> arguments) {
  sqlite3_stmt* const statement = prepared(sql);
  int position = 0;
  for (const Argument& argument : arguments) bind(statement, ++position, argument);
  return {statement, [this](int code) { fail(code); }};
}

int Database::run(std::string_view sql, std::initializer_list<Argument> arguments) {
  Query query = this->query(sql, arguments);
  while (query.next()) {
  }
  return sqlite3_changes(connection_.get());
}

void Database::script(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(connection_.get()); }

void Database::check_writable() const {
  if (sqlite3_db_readonly(connection_.get(), "main") == 1) fail(SQLITE_READONLY);
}

void Database::leave_write_ahead_log() {
  const auto logged = [this] {
    Query mode = query("PRAGMA journal_mode");
    return mode.next() && mode.text(0) == "wal";
  };
  if (!logged()) return;
  sqlite3_busy_handler(connection_.get(), nullptr, nullptr);
  sqlite3_exec(connection_.get(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
  sqlite3_busy_handler(connection_.get(), &Database::wait, &patience_);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.run(kind == Kind::writing ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!database_.in_transaction()) return;
  try {
    database_.run("ROLLBACK");
  } catch (const StoreError&) {  // SQLite has rolled back on its own
  }
}

void Transaction::commit() { database_.run("COMMIT"); }

}  // namespace pegbox

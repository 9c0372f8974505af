#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "storage.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace pegbox {

/// What a statement is given; null is `nullptr`.
using Argument = std::variant<std::nullptr_t, std::int64_t, double, std::string_view>;

/// A prepared statement as it runs: its rows, one by one. Ends with the object, so that no lock stays behind.
class Query {
 public:
  Query(sqlite3_stmt* statement, std::function<void(int code)> fail);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// The next row; false: there is none.
  bool next();

  bool null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  ///< empty for null

 private:
  sqlite3_stmt* statement_;
  std::function<void(int code)> fail_;
};

/// A connection to an SQLite database. All calls throw `StoreError`.
class Database {
 public:
  /// Read-only where the file cannot be written. `make`: makes the file where there is none.
  Database(std::filesystem::path file, const StorageAccess& access, bool make);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs a statement, prepared once for each text. Two with the same text must not run at the same time.
  Query query(std::string_view sql, std::initializer_list<Argument> arguments = {});

  /// Runs a statement to its end and returns how many rows it changed.
  int run(std::string_view sql, std::initializer_list<Argument> arguments = {});

  /// Runs several statements that have neither arguments nor results.
  void script(const std::string& sql);

  /// The number that the last inserted row got.
  std::int64_t last_id() const;

  /// Throws a sentence where the file cannot be written.
  void check_writable() const;

  /// Gives up the write-ahead log, where no other connection stands in the way: SQLite before 3.51.3 can corrupt a
  /// database in that mode, and some viewers cannot open one.
  void leave_write_ahead_log();

  bool in_transaction() const;
  std::string name() const { return file_.string(); }

 private:
  /// Waits for others' locks.
  struct Patience {
    std::chrono::duration<double> timeout;
    std::function<void()> on_wait;
    std::chrono::steady_clock::time_point since = {};
    bool told = false;
  };

  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  static int wait(void* patience, int count) noexcept;

  [[noreturn]] void fail(int code) const;
  sqlite3_stmt* prepared(std::string_view sql);

  std::filesystem::path file_;
  Patience patience_;
  std::unique_ptr<sqlite3, Close> connection_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

/// What happens from here to `commit` is done whole or, where that is not reached, not at all.
class Transaction {
 public:
  enum class Kind { reading, writing };

  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
};

}  // namespace pegbox

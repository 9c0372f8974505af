#include "store_test.hpp"

#include <array>
#include <cstdlib>
#include <sqlite3.h>
#include <stdexcept>

namespace pegbox {
namespace {

int collect(void* rows, int columns, char** values, char** /*names*/) {
  std::string row;
  for (int i = 0; i < columns; ++i) row += (i > 0 ? "|" : "") + std::string(values[i] == nullptr ? "" : values[i]);
  static_cast<std::vector<std::string>*>(rows)->push_back(row);
  return 0;
}

}  // namespace

StoreTest::StoreTest() {
  std::string pattern = (std::filesystem::temp_directory_path() / "pegbox_store_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
}

StoreTest::~StoreTest() { std::filesystem::remove_all(folder_); }

std::vector<std::string> StoreTest::sql(const std::filesystem::path& file, const std::string& statements) {
  std::vector<std::string> rows;
  sqlite3* connection = nullptr;
  int code = sqlite3_open(file.c_str(), &connection);
  if (code == SQLITE_OK) code = sqlite3_exec(connection, statements.c_str(), collect, &rows, nullptr);
  const std::string error = sqlite3_errmsg(connection);
  sqlite3_close(connection);
  if (code != SQLITE_OK) throw std::runtime_error(statements + ": " + error);
  return rows;
}

std::vector<Change> whole_life(int number, int move, State end, Budget epochs) {
  std::vector<Change> changes = {MoveMade{running(number, epochs), move, 0, Origin::asked}};
  const Trial trial = in_state(reported(running(number, epochs), epochs), end, end == State::failed ? "boom" : "");
  for (const Report& report : trial.reports) changes.emplace_back(Reported{number, report});
  changes.emplace_back(MoveEnded{move, trial});
  return changes;
}

}  // namespace pegbox

#include "schema.hpp"

#include <sstream>
#include <string>
#include <tuple>

namespace pegbox {
namespace {

constexpr int kOurVersion = 1;
constexpr const char* kOptunaRevision = "v3.2.0.a";

/// As Optuna 5.0.0 makes them.
constexpr const char* kOptunaTables = R"(
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE INDEX ix_trials_study_id ON trials (study_id);
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO version_info VALUES (1, 12, '5.0.0');
INSERT INTO alembic_version VALUES ('v3.2.0.a');
)";

struct Table {
  const char* name;
  const char* rest;
};

constexpr Table kOurTables[] = {
    {"pegbox_version", "(version INTEGER NOT NULL)"},
    {"pegbox_studies", "(study_id INTEGER PRIMARY KEY, token TEXT NOT NULL, definition TEXT NOT NULL, run_ended TEXT)"},
    {"pegbox_definitions",
     "(study_id INTEGER, position INTEGER, definition TEXT NOT NULL, replaced DATETIME NOT NULL, why TEXT NOT NULL,"
     " PRIMARY KEY (study_id, position)) WITHOUT ROWID"},
    {"pegbox_trials",  // detail: 'paused', or 'claimed' until its first move; params: what Optuna's column cannot hold
     "(trial_id INTEGER PRIMARY KEY, seed INTEGER NOT NULL, from_number INTEGER, until INTEGER NOT NULL, detail TEXT,"
     " seconds REAL NOT NULL, error TEXT NOT NULL, params TEXT)"},
    {"pegbox_moves",  // state is null until something came of it; epochs, seconds and error are as of then
     "(study_id INTEGER, move INTEGER, trial_id INTEGER NOT NULL, until INTEGER NOT NULL, told INTEGER NOT NULL,"
     " origin TEXT NOT NULL, state TEXT, epochs INTEGER, seconds REAL, error TEXT,"
     " PRIMARY KEY (study_id, move)) WITHOUT ROWID"},
    {"pegbox_reports",
     "(trial_id INTEGER, epoch INTEGER, metrics TEXT NOT NULL, PRIMARY KEY (trial_id, epoch)) WITHOUT ROWID"},
};

constexpr const char* kOurRest = R"(
CREATE INDEX pegbox_moves_by_trial ON pegbox_moves (trial_id, move);
CREATE INDEX pegbox_trials_by_number ON trials (study_id, number);
CREATE TRIGGER pegbox_study_removed AFTER DELETE ON studies BEGIN
  DELETE FROM pegbox_studies WHERE study_id = OLD.study_id;
  DELETE FROM pegbox_definitions WHERE study_id = OLD.study_id;
  DELETE FROM pegbox_moves WHERE study_id = OLD.study_id;
END;
CREATE TRIGGER pegbox_trial_removed AFTER DELETE ON trials BEGIN
  DELETE FROM pegbox_trials WHERE trial_id = OLD.trial_id;
  DELETE FROM pegbox_moves WHERE trial_id = OLD.trial_id;
  DELETE FROM pegbox_reports WHERE trial_id = OLD.trial_id;
END;
)";

void create_our_tables(Database& database, const std::string& where) {
  for (const Table& table : kOurTables) database.script("CREATE TABLE " + where + "." + table.name + " " + table.rest);
}

bool has_table(Database& database, std::string_view name) {
  return database.query("SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?", {name}).next();
}

/// `v3.0.0.d` as what can be compared; zeros where it is of another form.
std::tuple<int, int, int, char> revision(const std::string& text) {
  int major = 0, minor = 0, patch = 0;
  char v = '\0', dot = '\0', letter = '\0';
  std::istringstream stream(text);
  stream >> v >> major >> dot >> minor >> dot >> patch >> dot >> letter;
  return stream && v == 'v' ? std::tuple(major, minor, patch, letter) : std::tuple(0, 0, 0, '\0');
}

void check_revision(Database& database) {
  std::string found = "without a revision";
  if (has_table(database, "alembic_version")) {
    Query query = database.query("SELECT version_num FROM alembic_version");
    if (query.next()) found = query.text(0);
  }
  if (found == kOptunaRevision) return;
  const std::string what = database.name() + " has Optuna's schema " + found;
  if (revision(found) > revision(kOptunaRevision)) {
    throw StoreError(what + ", which is newer than " + kOptunaRevision + "; use a newer pegbox, or another file");
  }
  throw StoreError(what + ", this pegbox needs " + kOptunaRevision +
                   "; upgrade it with: optuna storage upgrade --storage sqlite:///" + database.name());
}

}  // namespace

bool without_tables(Database& database) { return !database.query("SELECT 1 FROM main.sqlite_master").next(); }

void create_schema(Database& database) {
  Transaction transaction(database, Transaction::Kind::writing);
  if (!without_tables(database)) return;
  database.script(kOptunaTables);
  add_our_tables(database);
  transaction.commit();
}

void check_schema(Database& database) {
  for (const char* const name : {"studies", "version_info", "trials", "trial_params"}) {
    if (has_table(database, name)) continue;
    throw StoreError(database.name() + " is an SQLite database, but none of pegbox or Optuna; give another file");
  }
  check_revision(database);
}

bool has_our_tables(Database& database) {
  if (!has_table(database, "pegbox_version")) return false;
  Query query = database.query("SELECT MAX(version) FROM main.pegbox_version");
  query.next();
  if (query.integer(0) <= kOurVersion) return true;
  throw StoreError(database.name() + " was written by a newer pegbox: its tables have version " + query.text(0) +
                   ", this pegbox knows " + std::to_string(kOurVersion) + "; use that one");
}

void add_stand_ins(Database& database) { create_our_tables(database, "temp"); }

void drop_stand_ins(Database& database) {
  for (const Table& table : kOurTables) database.script(std::string("DROP TABLE temp.") + table.name);
}

void add_our_tables(Database& database) {
  create_our_tables(database, "main");
  database.script(kOurRest);
  database.run("INSERT INTO pegbox_version VALUES (?)", {kOurVersion});
}

}  // namespace pegbox

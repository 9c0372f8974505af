#pragma once

#include "database.hpp"

namespace pegbox {

/// Makes the tables of Optuna's schema v3.2.0.a and ours in a database without any; leaves another one alone.
void create_schema(Database& database);

/// Whether the database has no tables at all.
bool without_tables(Database& database);

/// Throws `StoreError` for a database that is neither pegbox's nor Optuna's, or of another schema.
void check_schema(Database& database);

/// Whether the database has our tables. Throws `StoreError` where a newer pegbox made them.
bool has_our_tables(Database& database);

/// Empty tables of ours for this connection alone, so that a database that Optuna made reads as any other.
void add_stand_ins(Database& database);
void drop_stand_ins(Database& database);

/// Adds our tables, within a transaction. Rows of ours go when Optuna removes what they belong to: it gives their
/// numbers to others.
void add_our_tables(Database& database);

}  // namespace pegbox

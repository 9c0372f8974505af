#pragma once

#include <optional>

#include "database.hpp"

namespace pegbox {

/// Number of the study's moves.
int count_moves(Database& database, const StoredStudy& study);

/// The k-th move, from 0.
std::optional<StoredMove> read_move(Database& database, const StoredStudy& study, int index);

/// Makes what other programs did a part of the study's history, within a transaction: see `Storage::adopt`. Trials that
/// a host took from the queue and did not begin wait again.
void adopt_others(Database& database, const StoredStudy& study);

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pegbox {

/// Positions of the rows to train on and of those to validate on, each ascending.
struct Split {
  std::vector<std::int64_t> train;
  std::vector<std::int64_t> validation;
};

/// Holds out `round(fraction × rows)` rows, at least one and not all, drawn by a stream keyed by the seed. Throws
/// `StudyError` for fewer than two rows and for a fraction that is not between 0 and 1.
Split random_split(std::int64_t rows, double fraction, std::uint64_t seed);

/// The same with each class in proportion: shares are rounded by largest remainder (A. Hamilton's method; of equal
/// remainders the lower class number first), so that the total is that of `random_split`; a class of two or more rows
/// has at least one row to train on, for which the total gives way where both cannot be. `labels` has a class number
/// for each row.
Split stratified_split(std::span<const std::int64_t> labels, double fraction, std::uint64_t seed);

}  // namespace pegbox

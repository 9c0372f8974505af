#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pegbox {

/// Positions of the rows to train on and of those to validate on, each ascending.
struct Split {
  std::vector<std::int64_t> train;
  std::vector<std::int64_t> validation;
};

/// The rows to split.
struct SplitRows {
  std::int64_t count = 0;
  std::span<const std::int64_t> labels =
      {};  ///< a class number for each row, to keep the classes in proportion; or none
  std::span<const std::int64_t> groups = {};  ///< rows of one number stay together; or none
};

/// Which random numbers a split is drawn with.
struct SplitKey {
  std::uint64_t seed = 0;
  std::uint64_t index = 0;       ///< of a repeated split
  const char* stream = "split";  ///< what it is for
};

/// Holds out `round(fraction × rows)` rows, at least one and not all. Classes keep their proportions: shares are
/// rounded by largest remainder (A. Hamilton's method; of equal remainders the lower class number first); a class of
/// two or more rows has at least one row to train on, for which the total gives way where both cannot be. Groups are
/// held out whole, as `folds` deals them. Throws `StudyError` for fewer than two rows or groups, and for a fraction
/// that is not between 0 and 1.
Split held_out(const SplitRows& rows, double fraction, const SplitKey& key);

/// Cuts the rows into as many parts as there are folds, each of which is validated on once. Parts differ by at most one
/// row, in each class too. Groups are dealt whole, the largest first, each to the part whose classes it brings nearest
/// to their share. Throws `StudyError` where there are fewer rows, or groups, or rows of a class, than folds; `classes`
/// names the classes in the message, where they have names.
std::vector<Split> folds(const SplitRows& rows, int count, const SplitKey& key,
                         std::span<const std::string> classes = {});

}  // namespace pegbox

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "contents.hpp"
#include "table.hpp"

namespace pegbox {

/// Two arrays of NumPy with as many rows: the inputs, and what is to be predicted.
struct NpyFiles {
  std::filesystem::path inputs;
  std::filesystem::path targets;
};

struct NpyChoice {
  std::vector<std::int64_t> shape = {};  ///< of one row's inputs; empty: as the array says
  WantedTask task = WantedTask::found;
  Missing missing = Missing::refuse;  ///< of a float that is NaN: refuse or mean
};

/// Reads arrays of the types that `map_npy` does. Inputs of bytes stay bytes and floats of 32 bits floats, both mapped;
/// others become floats, in room of `make_room(…, most_in_memory)`. Whole targets of one column are classes, ordered by
/// number; floats are numbers to predict, of shape [rows] or [rows, outputs]; `task` says it otherwise. `test` may have
/// empty names: then there is no test part. Throws `StudyError` with the file: what `map_npy` refuses, other numbers of
/// rows, rows of other shapes, numbers that are not finite.
Table read_npy(const NpyFiles& train, const NpyChoice& choice, const NpyFiles& test = {},
               std::size_t most_in_memory = kMostInMemory);

}  // namespace pegbox

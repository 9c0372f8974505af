#pragma once

#include <cstddef>
#include <filesystem>

#include "contents.hpp"
#include "table.hpp"

namespace pegbox {

/// Reads pictures and their classes in the IDX format, as MNIST and its family have them: `train-images-idx3-ubyte` and
/// `train-labels-idx1-ubyte` of a folder, and where they are there `t10k-images-idx3-ubyte` and
/// `t10k-labels-idx1-ubyte` as the test part. A name may have a dot for its last hyphen, and `.gz` at its end. Inputs
/// are bytes, of shape [1, height, width]. A file that is not packed is mapped; one that is packed is unpacked into
/// room of `make_room(…, most_in_memory)`. Throws `StudyError` with the file: it is missing, cut, damaged, of another
/// format, or has more or fewer rows than the other.
Table read_idx(const std::filesystem::path& folder, std::size_t most_in_memory = kMostInMemory);

}  // namespace pegbox

#pragma once

#include <cstddef>
#include <filesystem>

#include "contents.hpp"
#include "table.hpp"

namespace pegbox {

/// Which classes of CIFAR-100 are meant: its 100, or the 20 that they belong to.
enum class CifarLabels { fine, coarse };

/// Reads the binary version of CIFAR-10: `data_batch_1.bin` … `data_batch_5.bin`, and `test_batch.bin` as the test part
/// where it is there, of a folder, with the names of the classes from `batches.meta.txt` where that is there. Inputs
/// are bytes, of shape [3, 32, 32]; a class stands before each picture in the files, so the pictures are copied into
/// room of `make_room(…, most_in_memory)`. Throws `StudyError` with the file: it is missing, cut, or has no such class.
Table read_cifar10(const std::filesystem::path& folder, std::size_t most_in_memory = kMostInMemory);

/// The same of CIFAR-100: `train.bin`, `test.bin`, `fine_label_names.txt` and `coarse_label_names.txt`.
Table read_cifar100(const std::filesystem::path& folder, CifarLabels labels,
                    std::size_t most_in_memory = kMostInMemory);

}  // namespace pegbox

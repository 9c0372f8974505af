#pragma once

#include <filesystem>

#include "scalar.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads the name of bundled data, or `{csv: FILE, target: COLUMN}`, which may have a `shape` too. Relative paths begin
/// at `folder`. Throws `StudyError`.
DataChoice read_data(const Entry& entry, const std::filesystem::path& folder);

}  // namespace pegbox

#pragma once

#include "scalar.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads the section `run:`. Relative paths begin at `folder`. Throws `StudyError`.
RunChoice read_run(const Entry& entry, const std::filesystem::path& folder);

}  // namespace pegbox

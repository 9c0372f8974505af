#pragma once

#include "scalar.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads the section `run:`. A relative path of the storage begins at `folder`. Throws `StudyError`.
RunChoice read_run(const Entry& entry, const std::filesystem::path& folder);

}  // namespace pegbox

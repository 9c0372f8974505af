#pragma once

#include "scalar.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads the section `run:`. Throws `StudyError`.
RunChoice read_run(const Entry& entry);

}  // namespace pegbox

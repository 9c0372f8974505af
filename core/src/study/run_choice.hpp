#pragma once

#include "scalar.hpp"
#include "section.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads the section `run:`. Relative paths begin at `folder`. Throws `StudyError`.
RunChoice read_run(const Entry& entry, const std::filesystem::path& folder);

/// A map.
Form run_form();

Section run_section();

}  // namespace pegbox

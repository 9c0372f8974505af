#pragma once

#include <filesystem>

#include "scalar.hpp"
#include "section.hpp"
#include "study.hpp"

namespace pegbox {

/// Reads the name of bundled data, or a map that names files of one kind and says what they are. Relative paths begin
/// at `folder`. Throws `StudyError`, also for a key that is not for data of that kind.
DataChoice read_data(const Entry& entry, const std::filesystem::path& folder);

/// A name, or a map.
Form data_form();

Section data_section();

}  // namespace pegbox

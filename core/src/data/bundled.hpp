#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "table.hpp"

namespace pegbox {

/// Names of the data sets that come with pegbox.
std::vector<std::string> bundled_names();

/// Where they are: share/pegbox/data of the tree that the running binary is in (in its bin/, as a rule).
std::filesystem::path bundled_folder();

/// Reads a bundled data set. Throws `StudyError` for an unknown name (with the nearest) and `std::runtime_error` where
/// the file is not there.
/// `diabetes`: 442 persons, 10 measurements, `progression` to predict. `digits`: 1,797 handwritten digits of 8 × 8
/// pixels, 0 to 16, in 10 classes; shape [1, 8, 8]. `mnist1d`: as `mnist1d()` makes it.
Table bundled(const std::string& name, const std::filesystem::path& folder = bundled_folder());

}  // namespace pegbox

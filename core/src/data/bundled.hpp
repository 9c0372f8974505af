#pragma once

#include <string>
#include <vector>

#include "table.hpp"

namespace pegbox {

/// Names of the data sets that come with pegbox.
std::vector<std::string> bundled_names();

/// Reads a bundled data set from share/pegbox/data of the tree that the running binary is in. Throws `StudyError` for
/// an unknown name (with the nearest) and `std::runtime_error` where the file is not there.
/// `digits`: 1,797 handwritten digits of 8 × 8 pixels, 0 to 16, in 10 classes.
Table bundled(const std::string& name);

}  // namespace pegbox

#pragma once

#include <pegbox/space.hpp>

#include "study_source.hpp"

namespace pegbox {

/// A study whose trials a function of the program's own trains: by default of one epoch each and one at a time.
/// `proposed`: the space that the program states; one at least of it and the description's `space` is not empty. Throws
/// `StudyError` with the place of the first mistake, also for what only studies of models have.
Study program_study(StudySource source, const SearchSpace& proposed);

}  // namespace pegbox

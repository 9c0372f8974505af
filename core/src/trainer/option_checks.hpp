#pragma once

#include <pegbox/dataset.hpp>
#include <pegbox/space.hpp>

namespace pegbox {

/// Throws `StudyError` where a hyperparameter of the trainer has values that mean nothing, such as a momentum of 1 or
/// more, and where the study searches over an option that the data cannot have: `label_smoothing` and
/// `class_weights` without classes, `flip` and `crop` for rows that are neither sequences nor images, `normalize` for
/// data that a model brings as it wants it.
void check_options(const SearchSpace& space, const Dataset& data);

}  // namespace pegbox

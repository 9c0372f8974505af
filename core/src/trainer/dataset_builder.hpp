#pragma once

#include <pegbox/model.hpp>

namespace pegbox {

/// A data set ready for training: held-out rows split off where it has none (stratified for classes, keyed by the
/// seed), inputs and regression targets standardised by the training part where it asks for that. Throws `StudyError`
/// for data that no network can be trained on: no rows, tensors of different lengths or wrong types.
Dataset prepared(Dataset data, double validation, std::uint64_t seed);

}  // namespace pegbox

#pragma once

#include <pegbox/dataset.hpp>

#include "data/table.hpp"

namespace pegbox {

/// A table as one unsplit data set, to be standardised, with its test part. Inputs are the table's own memory, which
/// the tensors keep alive: floats or bytes, that may lie in a mapped file and must not be written to. Regression
/// targets are doubles, of shape [rows, outputs].
Dataset as_dataset(const Table& table);

}  // namespace pegbox

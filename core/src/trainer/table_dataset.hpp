#pragma once

#include <pegbox/dataset.hpp>

#include "data/table.hpp"

namespace pegbox {

/// A table as one unsplit data set, to be standardised.
Dataset as_dataset(const Table& table);

}  // namespace pegbox

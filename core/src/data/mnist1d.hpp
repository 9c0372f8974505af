#pragma once

#include "table.hpp"

namespace pegbox {

/// MNIST-1D: signals of 40 numbers in 10 classes, 4,000 to learn from and 1,000 as the test part; shape [1, 40]. Made
/// by the published procedure (S. Greydanus, D. Kobak, "Scaling down deep learning with MNIST-1D", 2020) with its
/// constants and our own stream of random numbers, so that the rows are always the same but not the published ones.
Table mnist1d();

}  // namespace pegbox

#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace pegbox {

/// All numbers of a tensor, in their order; none of one that is undefined.
std::vector<double> numbers_of(const at::Tensor& tensor);

/// `[3, 32, 32]`.
std::string shape_text(at::IntArrayRef sizes);

}  // namespace pegbox

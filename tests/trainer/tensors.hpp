#pragma once

#include <vector>

#include <ATen/ATen.h>

namespace pegbox {

inline std::vector<float> values(const at::Tensor& tensor) {
  const auto flat = tensor.to(at::kFloat).contiguous().flatten();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

}  // namespace pegbox

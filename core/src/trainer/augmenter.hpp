#pragma once

#include <ATen/core/Tensor.h>

#include <pegbox/params.hpp>

namespace pegbox {

/// Changes training rows at random, from the trial's own stream: `flip` mirrors half of them (images left to right,
/// sequences back to front), `crop` moves each by up to so many places in each direction and fills with 0, the mean
/// where inputs are standardised (K. He et al., "Deep residual learning for image recognition", 2016, 4.2).
class Augmenter {
 public:
  explicit Augmenter(const Params& params);

  bool idle() const { return !flip_ && crop_ == 0; }

  /// Rows of shape [rows, channels, length] or [rows, channels, height, width]. Throws `std::runtime_error` for others.
  at::Tensor apply(at::Tensor rows) const;

 private:
  bool flip_;
  std::int64_t crop_;
};

}  // namespace pegbox

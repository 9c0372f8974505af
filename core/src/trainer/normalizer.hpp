#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace pegbox {

/// What is known of the numbers of an input: of each column where a row is a list, of each channel (over all its
/// places) where it is a sequence or an image. On the CPU, 64-bit; missing numbers (NaN) do not count.
struct Moments {
  at::Tensor mean, deviation, low, high;  ///< one for each column or channel
  bool missing = false;                   ///< whether some are missing
};

/// Of the rows at these positions (`long`), of all rows where it is undefined. Reads some rows at a time, so that they
/// may be more than fit in memory.
Moments measured(const at::Tensor& rows, const at::Tensor& positions);

/// Makes rows of an input into what a network is given: 32-bit numbers, bytes as 0 … 1 first, where a number is missing
/// the mean.
class Normalizer {
 public:
  /// Numbers that are `float` stay as they are.
  Normalizer() = default;

  /// `kind` is a value of the hyperparameter `normalize`: standard (mean 0, deviation 1), range (0 to 1) or none.
  /// `input` is the input that is to be normalised, for its type, number of axes and device.
  Normalizer(const Moments& moments, const std::string& kind, const at::Tensor& input);

  at::Tensor apply(const at::Tensor& rows) const;

  /// What `apply` does: a number times the scale plus the shift. Undefined where numbers stay as they are.
  const at::Tensor& scale() const { return scale_; }
  const at::Tensor& shift() const { return shift_; }

  /// What stands for a missing number. Undefined where none was missing.
  const at::Tensor& fill() const { return fill_; }

 private:
  at::Tensor scale_, shift_;  ///< undefined: all stay
  at::Tensor fill_;           ///< for missing numbers; undefined: there are none
};

}  // namespace pegbox

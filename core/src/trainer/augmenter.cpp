#include "augmenter.hpp"

#include <stdexcept>

#include <ATen/ATen.h>

#include "option_values.hpp"

namespace pegbox {
namespace {

/// A random choice for each row, of shape [rows, 1, …].
at::Tensor coins(const at::Tensor& rows) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(rows.dim()), 1);
  shape.front() = rows.size(0);
  return at::rand(shape, rows.options().dtype(at::kFloat)) < 0.5;
}

/// Each row moved along the axis by its own random number of places, at most `most` either way.
at::Tensor moved(const at::Tensor& rows, std::int64_t axis, std::int64_t most) {
  const std::int64_t length = rows.size(axis);
  std::vector<std::int64_t> padding(static_cast<std::size_t>(2 * (rows.dim() - axis)), 0);
  padding[padding.size() - 2] = padding.back() = most;
  const at::Tensor padded = at::constant_pad_nd(rows, padding, 0);
  const auto whole = rows.options().dtype(at::kLong);
  std::vector<std::int64_t> by_row(static_cast<std::size_t>(rows.dim()), 1), by_place = by_row;
  by_row.front() = rows.size(0);
  by_place[static_cast<std::size_t>(axis)] = length;
  const at::Tensor places =
      at::randint(2 * most + 1, {rows.size(0)}, whole).reshape(by_row) + at::arange(length, whole).reshape(by_place);
  return padded.gather(axis, places.expand(rows.sizes()));
}

}  // namespace

Augmenter::Augmenter(const Params& params) : flip_(flag_option(params, "flip")), crop_(whole_option(params, "crop")) {}

at::Tensor Augmenter::apply(at::Tensor rows) const {
  if (idle()) return rows;
  if (rows.dim() != 3 && rows.dim() != 4) {
    throw std::runtime_error(
        "'flip' and 'crop' are for sequences [channels, length] and images [channels, height, width]");
  }
  if (flip_) rows = at::where(coins(rows), rows.flip({-1}), rows);
  for (std::int64_t axis = 2; crop_ > 0 && axis < rows.dim(); ++axis) rows = moved(rows, axis, crop_);
  return rows;
}

}  // namespace pegbox

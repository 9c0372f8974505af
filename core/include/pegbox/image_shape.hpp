#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace pegbox {

/// One row of data as an image. A signal is an image of height 1, and a flat row a signal of one channel, so that one
/// model of images takes all three.
struct ImageShape {
  std::int64_t channels = 1;
  std::int64_t height = 1;
  std::int64_t width = 1;

  /// Of `DataInfo::input_shape`: [features], [channels, length] or [channels, height, width]. Throws `StudyError` that
  /// names the shape for any other.
  static ImageShape of(const std::vector<std::int64_t>& row);

  /// Rows of that shape as [rows, channels, height, width].
  at::Tensor images(const at::Tensor& rows) const;

  /// Height and width of an odd kernel that is to have this size, cut where it would only see the padding around.
  std::array<std::int64_t, 2> kernel(std::int64_t size) const;

  /// Step of a layer that halves the image: 2 along an axis of at least 4 places, else 1. So no image is halved away,
  /// and a signal keeps its height of 1.
  std::array<std::int64_t, 2> stride() const;

  /// What is left after such a layer; of an odd number of places the larger half.
  ImageShape halved() const;

  std::int64_t numbers() const { return channels * height * width; }
  bool operator==(const ImageShape&) const = default;
};

}  // namespace pegbox

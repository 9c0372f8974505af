#include <algorithm>
#include <string>

#include <pegbox/error.hpp>
#include <pegbox/image_shape.hpp>

namespace pegbox {
namespace {

std::int64_t step(std::int64_t places) {
  constexpr std::int64_t kLeastToHalve = 4;
  return places < kLeastToHalve ? 1 : 2;
}

std::int64_t half(std::int64_t places) { return (places + step(places) - 1) / step(places); }

std::string shown(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "[" + text + "]";
}

}  // namespace

ImageShape ImageShape::of(const std::vector<std::int64_t>& row) {
  if (row.size() == 1) return {1, 1, row[0]};
  if (row.size() == 2) return {row[0], 1, row[1]};
  if (row.size() == 3) return {row[0], row[1], row[2]};
  throw StudyError("the model takes rows of shape [features], [channels, length] or [channels, height, width], not " +
                   shown(row));
}

at::Tensor ImageShape::images(const at::Tensor& rows) const {
  return rows.reshape({rows.size(0), channels, height, width});
}

std::array<std::int64_t, 2> ImageShape::kernel(std::int64_t size) const {
  return {std::min(size, 2 * height - 1), std::min(size, 2 * width - 1)};
}

std::array<std::int64_t, 2> ImageShape::stride() const { return {step(height), step(width)}; }

ImageShape ImageShape::halved() const { return {channels, half(height), half(width)}; }

}  // namespace pegbox

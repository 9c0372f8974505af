#include "resize.hpp"

#include <algorithm>
#include <cmath>

namespace pegbox {
namespace {

/// Of which old pixels a new one is made along an axis, and how much of each; the weights' sum is 1.
struct Blend {
  std::size_t first = 0;
  std::vector<double> weights = {};
};

/// The mean of what [begin, end) covers.
Blend area(double begin, double end, std::size_t size) {
  Blend blend{static_cast<std::size_t>(begin)};
  for (std::size_t i = blend.first; i < size && static_cast<double>(i) < end; ++i) {
    const auto place = static_cast<double>(i);
    blend.weights.push_back((std::min(end, place + 1) - std::max(begin, place)) / (end - begin));
  }
  return blend;
}

/// Between the two pixels around a place; pixel i is at place i.
Blend between(double place, std::size_t size) {
  const double inside = std::clamp(place, 0.0, static_cast<double>(size - 1));
  const double low = std::floor(inside);
  if (inside == low) return {static_cast<std::size_t>(low), {1}};
  return {static_cast<std::size_t>(low), {1 - (inside - low), inside - low}};
}

std::vector<Blend> blends(std::size_t before, std::size_t after) {
  const double step = static_cast<double>(before) / static_cast<double>(after);
  std::vector<Blend> result;
  for (std::size_t i = 0; i < after; ++i) {
    const auto place = static_cast<double>(i);
    result.push_back(after < before ? area(place * step, (place + 1) * step, before)
                                    : between((place + 0.5) * step - 0.5, before));
  }
  return result;
}

/// One new row, before it is rounded: the blend of old rows.
std::vector<double> blended_rows(const Picture& picture, const Blend& blend) {
  const std::size_t size = picture.width * picture.channels;
  std::vector<double> row(size);
  for (std::size_t k = 0; k < blend.weights.size(); ++k) {
    const std::uint8_t* const old = picture.pixels.data() + (blend.first + k) * size;
    for (std::size_t i = 0; i < size; ++i) row[i] += blend.weights[k] * old[i];
  }
  return row;
}

}  // namespace

Picture resized(const Picture& picture, std::size_t height, std::size_t width) {
  if (picture.height == height && picture.width == width) return picture;
  const std::vector<Blend> columns = blends(picture.width, width);
  Picture result{height, width, picture.channels};
  result.pixels.reserve(height * width * picture.channels);
  for (const Blend& rows : blends(picture.height, height)) {
    const std::vector<double> row = blended_rows(picture, rows);
    for (const Blend& column : columns) {
      for (std::size_t channel = 0; channel < picture.channels; ++channel) {
        double sum = 0;
        for (std::size_t k = 0; k < column.weights.size(); ++k) {
          sum += column.weights[k] * row[(column.first + k) * picture.channels + channel];
        }
        result.pixels.push_back(static_cast<std::uint8_t>(std::clamp(sum + 0.5, 0.0, 255.0)));
      }
    }
  }
  return result;
}

}  // namespace pegbox

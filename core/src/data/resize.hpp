#pragma once

#include "picture.hpp"

namespace pegbox {

/// A picture of another size. Along an axis that shrinks each pixel is the mean of the area that it covers; along one
/// that grows, neighbours are interpolated linearly between the centres of pixels.
Picture resized(const Picture& picture, std::size_t height, std::size_t width);

}  // namespace pegbox

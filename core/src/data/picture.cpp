#include "picture.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <pegbox/error.hpp>

#include "contents.hpp"

namespace pegbox {
namespace {

constexpr std::array<std::uint8_t, 4> kPng{0x89, 'P', 'N', 'G'};
constexpr std::array<std::uint8_t, 2> kJpeg{0xFF, 0xD8};

template <std::size_t size>
bool begins_with(std::span<const std::uint8_t> bytes, const std::array<std::uint8_t, size>& begin) {
  return bytes.size() >= size && std::equal(begin.begin(), begin.end(), bytes.begin());
}

Picture decode(std::span<const std::uint8_t> bytes, std::optional<std::size_t> channels) {
  if (begins_with(bytes, kPng)) return decode_png(bytes, channels);
  if (begins_with(bytes, kJpeg)) return decode_jpeg(bytes, channels);
  throw std::runtime_error("it is neither PNG nor JPEG");
}

}  // namespace

void check_picture_size(std::size_t height, std::size_t width) {
  if (height > 0 && width > 0 && height <= kMostPixels / width) return;
  throw std::runtime_error("it has " + std::to_string(width) + " x " + std::to_string(height) + " pixels, and 1 to " +
                           std::to_string(kMostPixels) + " are read");
}

Picture read_picture(const std::filesystem::path& file, std::optional<std::size_t> channels) {
  const Contents contents = map_file(file);
  try {
    return decode(contents.bytes, channels);
  } catch (const std::runtime_error& error) {
    throw StudyError("cannot read the picture '" + file.string() + "': " + error.what());
  }
}

}  // namespace pegbox

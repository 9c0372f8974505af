#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pegbox {

/// A picture: its rows from the top, each from the left, of 1 (grey) or 3 (red, green, blue) bytes a pixel.
struct Picture {
  std::size_t height = 0;
  std::size_t width = 0;
  std::size_t channels = 0;
  std::vector<std::uint8_t> pixels = {};
};

/// Most pixels of a picture that is read.
inline constexpr std::size_t kMostPixels = 100'000'000;

/// Reads a PNG or a JPEG file, whichever its first bytes say. Without a number of channels it has those of the file: 1
/// where that is grey. What is transparent shows white, 16 bits become 8. Throws `StudyError` with the file.
Picture read_picture(const std::filesystem::path& file, std::optional<std::size_t> channels = {});

/// Of the contents of files. What is wrong is thrown as `std::runtime_error`, without the file's name.
Picture decode_png(std::span<const std::uint8_t> file, std::optional<std::size_t> channels);
Picture decode_jpeg(std::span<const std::uint8_t> file, std::optional<std::size_t> channels);

/// Throws `std::runtime_error` for a picture without pixels or with too many.
void check_picture_size(std::size_t height, std::size_t width);

}  // namespace pegbox

#include <png.h>
#include <stdexcept>
#include <string>

#include "picture.hpp"

namespace pegbox {
namespace {

/// libpng's image, freed at the end.
class Image {
 public:
  explicit Image(std::span<const std::uint8_t> file) {
    image_.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image_, file.data(), file.size()) == 0) fail();
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() { png_image_free(&image_); }

  std::size_t height() const { return image_.height; }
  std::size_t width() const { return image_.width; }
  bool has_colour() const { return (image_.format & PNG_FORMAT_FLAG_COLOR) != 0; }

  std::vector<std::uint8_t> pixels(std::size_t channels) {
    constexpr png_color kWhite{255, 255, 255};
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16 bits are what 8 are, unless the file says it
    image_.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    std::vector<std::uint8_t> result(PNG_IMAGE_SIZE(image_));
    if (png_image_finish_read(&image_, &kWhite, result.data(), 0, nullptr) == 0) fail();
    return result;
  }

 private:
  [[noreturn]] void fail() {
    const std::string message = image_.message;
    png_image_free(&image_);
    throw std::runtime_error("libpng says: " + message);
  }

  png_image image_{};
};

}  // namespace

Picture decode_png(std::span<const std::uint8_t> file, std::optional<std::size_t> channels) {
  Image image(file);
  check_picture_size(image.height(), image.width());
  Picture picture{image.height(), image.width(), channels.value_or(image.has_colour() ? 3 : 1)};
  picture.pixels = image.pixels(picture.channels);
  return picture;
}

}  // namespace pegbox

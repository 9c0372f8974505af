#include <array>
#include <csetjmp>
#include <cstdio>
#include <jerror.h>
#include <jpeglib.h>
#include <stdexcept>
#include <string>

#include "picture.hpp"

namespace pegbox {
namespace {

/// libjpeg's decoder. Its errors end in a jump, past frames that may hold nothing to be destroyed: so each call of the
/// library is in a function of its own that has only plain variables, called through `guarded`.
class Decoder {
 public:
  explicit Decoder(std::span<const std::uint8_t> file) : file_(file) {
    decoder_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = &give_up;
    errors_.base.emit_message = &look_at;
    guarded([](Decoder& self) { jpeg_create_decompress(&self.decoder_); });
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&decoder_); }

  void read_header() {
    guarded([](Decoder& self) {
      jpeg_mem_src(&self.decoder_, self.file_.data(), self.file_.size());
      jpeg_read_header(&self.decoder_, TRUE);
    });
    if (decoder_.num_components == 4) throw std::runtime_error("its colours are CMYK; save it as RGB");
  }

  std::size_t height() const { return decoder_.image_height; }
  std::size_t width() const { return decoder_.image_width; }
  bool has_colour() const { return decoder_.num_components > 1; }

  std::vector<std::uint8_t> pixels(std::size_t channels) {
    decoder_.out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    decoder_.dct_method = JDCT_ISLOW;  // the exact one
    guarded([](Decoder& self) { jpeg_start_decompress(&self.decoder_); });
    const std::size_t row_size = width() * channels;
    std::vector<std::uint8_t> result(height() * row_size);
    for (std::size_t row = 0; row < height(); ++row) {
      row_ = result.data() + row * row_size;
      guarded([](Decoder& self) { jpeg_read_scanlines(&self.decoder_, &self.row_, 1); });
    }
    guarded([](Decoder& self) { jpeg_finish_decompress(&self.decoder_); });
    return result;
  }

 private:
  struct Errors {
    jpeg_error_mgr base;
    std::jmp_buf back;
    std::array<char, JMSG_LENGTH_MAX> message;
  };

  static Errors& errors_of(j_common_ptr decoder) { return *reinterpret_cast<Errors*>(decoder->err); }

  [[noreturn]] static void give_up(j_common_ptr decoder) {
    Errors& errors = errors_of(decoder);
    errors.base.format_message(decoder, errors.message.data());
    std::longjmp(errors.back, 1);  // NOLINT(*-err52-cpp,*-setjmp-longjmp): the library's way, see above
  }

  /// Warnings are errors, but for those after which the pixels are whole.
  static void look_at(j_common_ptr decoder, int level) {
    if (level >= 0) return;
    const int code = decoder->err->msg_code;
    if (code != JWRN_EXTRANEOUS_DATA && code != JWRN_ADOBE_XFORM && code != JWRN_JFIF_MAJOR) give_up(decoder);
  }

  void guarded(void (*call)(Decoder& self)) {
    if (setjmp(errors_.back) != 0) fail();  // NOLINT(*-err52-cpp,*-setjmp-longjmp): the library's way, see above
    call(*this);
  }

  [[noreturn]] void fail() { throw std::runtime_error("libjpeg says: " + std::string(errors_.message.data())); }

  std::span<const std::uint8_t> file_;
  Errors errors_{};
  jpeg_decompress_struct decoder_{};
  JSAMPROW row_ = nullptr;
};

}  // namespace

Picture decode_jpeg(std::span<const std::uint8_t> file, std::optional<std::size_t> channels) {
  Decoder decoder(file);
  decoder.read_header();
  check_picture_size(decoder.height(), decoder.width());
  Picture picture{decoder.height(), decoder.width(), channels.value_or(decoder.has_colour() ? 3 : 1)};
  picture.pixels = decoder.pixels(picture.channels);
  return picture;
}

}  // namespace pegbox

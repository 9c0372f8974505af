#include <array>
#include <cstdio>
#include <jpeglib.h>
#include <png.h>

#include "data/image_folder.hpp"
#include "data/picture.hpp"
#include "data/resize.hpp"
#include "files.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Bytes = std::vector<std::uint8_t>;

/// A PNG file; `format` says what the pixels are.
std::string png(std::size_t height, std::size_t width, const Bytes& pixels, png_uint_32 format = PNG_FORMAT_GRAY) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(height);
  image.width = static_cast<png_uint_32>(width);
  image.format = format;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string file(size, '\0');
  png_image_write_to_memory(&image, file.data(), &size, 0, pixels.data(), 0, nullptr);
  return file;
}

/// A JPEG file without subsampling and hardly any loss.
std::string jpeg(std::size_t height, std::size_t width, Bytes pixels, int channels, J_COLOR_SPACE space) {
  jpeg_compress_struct encoder{};
  jpeg_error_mgr errors{};
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &memory, &size);
  encoder.image_height = static_cast<JDIMENSION>(height);
  encoder.image_width = static_cast<JDIMENSION>(width);
  encoder.input_components = channels;
  encoder.in_color_space = space;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, 100, TRUE);
  encoder.comp_info[0].h_samp_factor = encoder.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&encoder, TRUE);
  for (std::size_t row = 0; row < height; ++row) {
    JSAMPROW line = pixels.data() + row * width * static_cast<std::size_t>(channels);
    jpeg_write_scanlines(&encoder, &line, 1);
  }
  jpeg_finish_compress(&encoder);
  std::string file(reinterpret_cast<char*>(memory), size);
  jpeg_destroy_compress(&encoder);
  std::free(memory);  // NOLINT: as the library asks
  return file;
}

class Pictures : public FilesTest {};

TEST_F(Pictures, PngIsReadAsItWasWritten) {
  const Bytes grey{0, 1, 2, 127, 128, 255};
  const Picture one = read_picture(write("a.png", png(2, 3, grey)));
  EXPECT_EQ(one.height, 2U);
  EXPECT_EQ(one.width, 3U);
  EXPECT_EQ(one.channels, 1U);
  EXPECT_EQ(one.pixels, grey);
  const Bytes colours{255, 0, 0, 0, 255, 0, 1, 2, 3, 200, 100, 50};
  const Picture three = read_picture(write("b.png", png(2, 2, colours, PNG_FORMAT_RGB)));
  EXPECT_EQ(three.channels, 3U);
  EXPECT_EQ(three.pixels, colours);
  EXPECT_THAT(read_picture(folder_ / "a.png", 3).pixels,
              ElementsAre(0, 0, 0, 1, 1, 1, 2, 2, 2, 127, 127, 127, 128, 128, 128, 255, 255, 255));
  EXPECT_EQ(read_picture(write("c.png", png(1, 2, {9, 9, 9, 77, 77, 77}, PNG_FORMAT_RGB)), 1).pixels, Bytes({9, 77}));
}

TEST_F(Pictures, WhatIsTransparentShowsWhite) {
  const Bytes pixels{10, 20, 30, 255, 10, 20, 30, 0};
  EXPECT_EQ(read_picture(write("a.png", png(1, 2, pixels, PNG_FORMAT_RGBA))).pixels,
            Bytes({10, 20, 30, 255, 255, 255}));
}

TEST_F(Pictures, JpegIsReadNearlyAsItWasWritten) {
  Bytes grey(64);
  for (std::size_t i = 0; i < grey.size(); ++i) grey[i] = static_cast<std::uint8_t>(100 + 2 * (i % 8) + i / 8);
  const Picture one = read_picture(write("a.jpg", jpeg(8, 8, grey, 1, JCS_GRAYSCALE)));
  ASSERT_EQ(one.pixels.size(), grey.size());
  EXPECT_EQ(one.channels, 1U);
  for (std::size_t i = 0; i < grey.size(); ++i) EXPECT_NEAR(one.pixels[i], grey[i], 2) << i;
  Bytes red;
  for (int i = 0; i < 64; ++i) red.insert(red.end(), {200, 30, 60});
  const Picture three = read_picture(write("b.jpg", jpeg(8, 8, red, 3, JCS_RGB)));
  ASSERT_EQ(three.pixels.size(), red.size());
  for (std::size_t i = 0; i < red.size(); ++i) EXPECT_NEAR(three.pixels[i], red[i], 3) << i;
  // Luminance: 0.299 red, 0.587 green, 0.114 blue.
  EXPECT_NEAR(read_picture(folder_ / "b.jpg", 1).pixels[0], 84, 2);
  EXPECT_EQ(read_picture(folder_ / "a.jpg", 3).pixels[1], one.pixels[0]);
}

TEST_F(Pictures, CmykIsRefused) {
  write("a.jpg", jpeg(8, 8, Bytes(256, 40), 4, JCS_CMYK));
  EXPECT_THAT(refusal([&] { read_picture(folder_ / "a.jpg"); }), AllOf(NamesFile("a.jpg"), HasSubstr("CMYK")));
}

/// Each cut is refused, but for those after the last pixel.
void expect_cuts_told(const std::filesystem::path& file, const std::string& whole, const Bytes& pixels) {
  std::size_t told = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(file, std::ios::binary) << whole.substr(0, size);
    Bytes found = pixels;
    const std::string message = refusal([&] { found = read_picture(file).pixels; });
    if (!message.empty()) ASSERT_THAT(message, NamesFile(file.filename().string())) << size;
    ASSERT_EQ(found, pixels) << size;
    told += message.empty() ? 0 : 1;
  }
  EXPECT_GE(told + 20, whole.size()) << "at most the end mark may be missing";
}

TEST_F(Pictures, AnyCutIsTold) {
  Bytes pixels(64);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 37);
  expect_cuts_told(folder_ / "a.png", png(8, 8, pixels), pixels);
  const std::string file = jpeg(8, 8, pixels, 1, JCS_GRAYSCALE);
  expect_cuts_told(folder_ / "a.jpg", file, read_picture(write("b.jpg", file)).pixels);
}

TEST_F(Pictures, AnyDamageGivesPixelsOrASentence) {
  const Bytes pixels(64, 90);
  for (const auto& [name, whole] : {std::pair<std::string, std::string>("a.png", png(8, 8, pixels)),
                                    {"a.jpg", jpeg(8, 8, pixels, 1, JCS_GRAYSCALE)}}) {
    int told = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0xA5);
      write(name, damaged);
      const std::string message = refusal([&, file = name] { read_picture(folder_ / file); });
      told += message.empty() ? 0 : 1;
      if (!message.empty()) ASSERT_THAT(message, NamesFile(name)) << at;
    }
    EXPECT_GT(told, 20) << name;
  }
  write("c.png", "no picture");
  EXPECT_THAT(refusal([&] { read_picture(folder_ / "c.png"); }), HasSubstr("it is neither PNG nor JPEG"));
}

TEST(Resized, ShrinksByArea) {
  const Picture four{2, 4, 1, {0, 10, 20, 30, 40, 50, 60, 70}};
  EXPECT_EQ(resized(four, 1, 2).pixels, Bytes({25, 45}));
  EXPECT_EQ(resized(four, 2, 1).pixels, Bytes({15, 55}));
  const Picture three{1, 3, 1, {0, 90, 240}};
  // Each new pixel covers one and a half: (0 + 90/2) / 1.5 and (90/2 + 240) / 1.5.
  EXPECT_EQ(resized(three, 1, 2).pixels, Bytes({30, 190}));
}

TEST(Resized, GrowsLinearlyBetweenCentres) {
  const Picture two{1, 2, 1, {0, 100}};
  EXPECT_EQ(resized(two, 1, 4).pixels, Bytes({0, 25, 75, 100}));
  EXPECT_EQ(resized(two, 3, 2).pixels, Bytes({0, 100, 0, 100, 0, 100}));
}

TEST(Resized, KeepsChannelsApartAndConstantsConstant) {
  const Picture colours{1, 2, 3, {0, 100, 200, 20, 100, 0}};
  EXPECT_EQ(resized(colours, 1, 1).pixels, Bytes({10, 100, 100}));
  const Picture plain{5, 7, 1, Bytes(35, 255)};
  for (std::size_t height = 1; height < 12; ++height) {
    for (std::size_t width = 1; width < 12; ++width) {
      EXPECT_EQ(resized(plain, height, width).pixels, Bytes(height * width, 255));
    }
  }
}

class Images : public FilesTest {
 protected:
  std::string refused(const ImageChoice& choice = {}) const {
    return refusal([&] { read_images(folder_, choice); });
  }
};

TEST_F(Images, AFolderIsAClass) {
  write("dog/2.png", png(1, 2, {3, 4}));
  write("dog/10.PNG", png(1, 2, {1, 2}));
  write("cat/x.png", png(1, 2, {5, 6}));
  write("cat/notes.txt", "not a picture");
  write("cat/.hidden.png", "not a picture");
  const Table table = read_images(folder_, {});
  EXPECT_THAT(table.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(table.shape, ElementsAre(1, 1, 2));
  EXPECT_THAT(bytes_of(table.train), ElementsAre(5, 6, 1, 2, 3, 4)) << "classes and files by name";
  EXPECT_THAT(table.train.targets, ElementsAre(0, 1, 1));
  EXPECT_EQ(table.test.rows, 0U);
}

TEST_F(Images, ColoursBecomeChannels) {
  write("a/1.png", png(1, 2, {1, 2, 3, 4, 5, 6}, PNG_FORMAT_RGB));
  write("b/1.png", png(1, 2, {7, 8}));
  const Table table = read_images(folder_, {});
  EXPECT_THAT(table.shape, ElementsAre(3, 1, 2));
  EXPECT_THAT(bytes_of(table.train), ElementsAre(1, 4, 2, 5, 3, 6, 7, 8, 7, 8, 7, 8));
  EXPECT_THAT(read_images(folder_, {.channels = 1}).shape, ElementsAre(1, 1, 2));
  EXPECT_EQ(bytes_of(read_images(folder_, {}, 0).train), bytes_of(table.train)) << "through a temporary file";
}

TEST_F(Images, TrainAndTestMayBeApart) {
  write("train/a/1.png", png(1, 1, {1}));
  write("train/b/1.png", png(1, 1, {2}));
  write("test/b/1.png", png(1, 1, {3}));
  const Table table = read_images(folder_, {});
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_THAT(bytes_of(table.test), ElementsAre(3));
  EXPECT_THAT(table.test.targets, ElementsAre(1));
  write("test/bb/1.png", png(1, 1, {3}));
  EXPECT_THAT(refused(), AllOf(NamesFile("test/bb"), HasSubstr("no row to learn from is of this class")));
}

TEST_F(Images, OtherSizesAreRefusedOrMadeFit) {
  write("a/1.png", png(1, 2, {10, 20}));
  write("b/1.png", png(2, 2, {1, 1, 3, 3}));
  EXPECT_THAT(refused(), AllOf(NamesFile("b/1.png"), HasSubstr("it is 2 x 2, but '"), HasSubstr("a/1.png' is 1 x 2")));
  const Table table = read_images(folder_, {.size = ImageSize{1, 1}});
  EXPECT_THAT(table.shape, ElementsAre(1, 1, 1));
  EXPECT_THAT(bytes_of(table.train), ElementsAre(15, 2));
}

TEST_F(Images, WhatIsWrongIsToldWithTheFile) {
  EXPECT_THAT(refusal([&] { read_images(folder_ / "none", {}); }), HasSubstr("No such file or directory"));
  EXPECT_THAT(refused(),
              HasSubstr("at least two folders of pictures are needed, one for each class, and there is none"));
  write("a/1.png", png(1, 2, {10, 20}));
  EXPECT_THAT(refused(), HasSubstr("and there is one"));
  write("b/1.txt", "");
  EXPECT_THAT(refused(), AllOf(NamesFile("/b'"), HasSubstr("no .png, .jpg or .jpeg file")));
  write("b/1.png", png(1, 2, {1, 2, 3, 4, 5, 6}, PNG_FORMAT_RGB));
  EXPECT_THAT(refused(), AllOf(NamesFile("b/1.png"), HasSubstr("it has colours, but '")));
  write("b/1.png", png(1, 2, {1, 2}).substr(0, 40));
  EXPECT_THAT(refused(), AllOf(NamesFile("b/1.png"), HasSubstr("cannot read the picture")));
}

}  // namespace
}  // namespace pegbox

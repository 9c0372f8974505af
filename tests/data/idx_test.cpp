#include "data/idx.hpp"

#include <zlib.h>

#include "files.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string idx(const std::vector<unsigned>& sizes, std::string_view bytes) {
  std::string text{'\0', '\0', '\x08', static_cast<char>(sizes.size())};
  for (const unsigned size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift & 255U);
  }
  return text.append(bytes);
}

std::string gzipped(const std::filesystem::path& scratch, std::string_view bytes) {
  const gzFile file = gzopen(scratch.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  std::ifstream stream(scratch, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  std::filesystem::remove(scratch);
  return text;
}

class Idx : public FilesTest {
 protected:
  const std::string pictures_ = idx({3, 2, 2}, counting(12));
  const std::string labels_ = idx({3}, std::string{'\5', '\2', '\5'});

  void write_train() const {
    write("train-images-idx3-ubyte", pictures_);
    write("train-labels-idx1-ubyte", labels_);
  }

  std::string refused() const {
    return refusal([&] { read_idx(folder_); });
  }
};

TEST_F(Idx, ReadsPicturesAndClasses) {
  write_train();
  const Table table = read_idx(folder_);
  EXPECT_EQ(table.rows(), 3U);
  EXPECT_THAT(table.shape, ElementsAre(1, 2, 2));
  EXPECT_THAT(bytes_of(table.train), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_THAT(table.classes, ElementsAre("2", "5"));
  EXPECT_THAT(table.train.targets, ElementsAre(1, 0, 1));
  EXPECT_EQ(table.test.rows, 0U);
}

TEST_F(Idx, TheTestPartIsWhatTheSetKeeps) {
  write_train();
  write("t10k-images.idx3-ubyte", idx({1, 2, 2}, "abcd"));
  write("t10k-labels.idx1-ubyte", idx({1}, "\2"));
  const Table table = read_idx(folder_);
  EXPECT_EQ(table.test.rows, 1U);
  EXPECT_THAT(bytes_of(table.test), ElementsAre('a', 'b', 'c', 'd'));
  EXPECT_THAT(table.test.targets, ElementsAre(0));
  write("t10k-labels.idx1-ubyte", idx({1}, "\3"));
  EXPECT_THAT(refused(), AllOf(NamesFile("t10k-labels.idx1-ubyte"), HasSubstr("class 3, which no row to learn from")));
}

TEST_F(Idx, PackedFilesAreTheSame) {
  write("train-images-idx3-ubyte.gz", gzipped(folder_ / "z", pictures_));
  write("train-labels-idx1-ubyte.gz", gzipped(folder_ / "z", labels_));
  const Table memory = read_idx(folder_);
  const Table disk = read_idx(folder_, 0);
  EXPECT_EQ(bytes_of(memory.train), bytes_of(disk.train));
  EXPECT_THAT(bytes_of(memory.train), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_THAT(memory.train.targets, ElementsAre(1, 0, 1));
}

TEST_F(Idx, NoTemporaryFileIsLeft) {
  write("train-images-idx3-ubyte.gz", gzipped(folder_ / "z", pictures_));
  write("train-labels-idx1-ubyte.gz", gzipped(folder_ / "z", labels_));
  std::filesystem::create_directory(folder_ / "tmp");
  ::setenv("TMPDIR", (folder_ / "tmp").c_str(), 1);
  const Table table = read_idx(folder_, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "tmp")) << "not even while it is used";
  ::setenv("TMPDIR", "/nowhere", 1);
  EXPECT_THROW(read_idx(folder_, 0), std::runtime_error);
  ::unsetenv("TMPDIR");
}

TEST_F(Idx, AnyCutIsToldWithTheFile) {
  write_train();
  for (std::size_t size = 0; size < pictures_.size(); ++size) {
    write("train-images-idx3-ubyte", pictures_.substr(0, size));
    ASSERT_THAT(refused(), NamesFile("train-images-idx3-ubyte")) << size;
  }
  write_train();
  for (std::size_t size = 0; size < labels_.size(); ++size) {
    write("train-labels-idx1-ubyte", labels_.substr(0, size));
    ASSERT_THAT(refused(), NamesFile("train-labels-idx1-ubyte")) << size;
  }
  EXPECT_THAT(refused(), HasSubstr("its header says [3], which are 3 bytes, but 2 follow it"));
}

TEST_F(Idx, AnyCutOrChangeOfAPackedFileIsTold) {
  const std::string packed = gzipped(folder_ / "z", pictures_);
  write("train-labels-idx1-ubyte", labels_);
  for (std::size_t size = 0; size < packed.size(); ++size) {
    write("train-images-idx3-ubyte.gz", packed.substr(0, size));
    ASSERT_THAT(refused(), NamesFile("train-images-idx3-ubyte.gz")) << size;
  }
  constexpr std::size_t kNoData = 10;  // gzip's own header has bytes that say nothing
  for (std::size_t at = kNoData; at < packed.size(); ++at) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    write("train-images-idx3-ubyte.gz", damaged);
    ASSERT_THAT(refused(), NamesFile("train-images-idx3-ubyte.gz")) << at;
  }
}

TEST_F(Idx, TooMuchIsToldToo) {
  write_train();
  write("train-images-idx3-ubyte", pictures_ + "x");
  EXPECT_THAT(refused(), HasSubstr("[3, 2, 2], which are 12 bytes, but 13 follow it"));
  write("train-images-idx3-ubyte.gz", gzipped(folder_ / "z", pictures_ + "x"));
  std::filesystem::remove(folder_ / "train-images-idx3-ubyte");
  EXPECT_THAT(refused(), HasSubstr("but more follow it"));
  constexpr unsigned kHuge = 0xFFFFFFFF;
  for (const std::string& huge : {idx({kHuge, kHuge, kHuge}, ""), idx({kHuge, 1, 1}, "")}) {
    write("train-images-idx3-ubyte.gz", gzipped(folder_ / "z", huge));
    EXPECT_THAT(refused(), HasSubstr("fewer follow it"));
  }
}

TEST_F(Idx, WrongFilesAreTold) {
  EXPECT_THAT(refused(), AllOf(HasSubstr("no file train-images-idx3-ubyte"), HasSubstr(folder_.string())));
  write("train-images-idx3-ubyte", pictures_);
  EXPECT_THAT(refused(), HasSubstr("the classes of its pictures are missing: train-labels-idx1-ubyte"));
  write("train-labels-idx1-ubyte", pictures_);
  EXPECT_THAT(refused(), HasSubstr("it begins with the number 2051, where IDX data of this kind have 2049"));
  write("train-labels-idx1-ubyte", idx({2}, "ab"));
  EXPECT_THAT(refused(), HasSubstr("there are 2 classes, but 3 pictures in"));
  write("train-labels-idx1-ubyte", idx({3}, "aaa"));
  EXPECT_THAT(refused(), HasSubstr("each row is of class 97, so there is nothing to learn"));
  write("train-images-idx3-ubyte", idx({3, 0, 2}, ""));
  EXPECT_THAT(refused(), HasSubstr("it holds [3, 0, 2] pictures"));
  write_train();
  write("t10k-images-idx3-ubyte", idx({1, 4, 1}, "abcd"));
  write("t10k-labels-idx1-ubyte", idx({1}, "\2"));
  EXPECT_THAT(refused(), HasSubstr("its pictures are [4, 1], those of"));
  write("t10k-images-idx3-ubyte.gz", "not packed");
  std::filesystem::remove(folder_ / "t10k-images-idx3-ubyte");
  EXPECT_THAT(refused(), HasSubstr("it is no gzip file"));
}

}  // namespace
}  // namespace pegbox

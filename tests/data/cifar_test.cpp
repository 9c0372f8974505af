#include "data/cifar.hpp"

#include "files.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::size_t kPixels = 3072;

/// A record: what stands before the picture, and a picture all of one value.
std::string record(const std::string& labels, char value) { return labels + std::string(kPixels, value); }

std::string label(int number) { return {static_cast<char>(number)}; }

class Cifar : public FilesTest {
 protected:
  void write_ten() const {
    for (int file = 1; file <= 5; ++file) {
      write("data_batch_" + std::to_string(file) + ".bin",
            record(label(file), static_cast<char>(10 * file)) + record(label(0), static_cast<char>(10 * file + 1)));
    }
  }
};

TEST_F(Cifar, TenAreReadFileByFile) {
  write_ten();
  write("test_batch.bin", record(label(9), 'x'));
  write("batches.meta.txt", "air\nauto\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
  const Table table = read_cifar10(folder_);
  EXPECT_EQ(table.rows(), 10U);
  EXPECT_THAT(table.shape, ElementsAre(3, 32, 32));
  EXPECT_THAT(table.train.targets, ElementsAre(1, 0, 2, 0, 3, 0, 4, 0, 5, 0));
  const auto bytes = table.train.inputs.bytes();
  ASSERT_THAT(bytes, SizeIs(10 * kPixels));
  for (std::size_t row = 0; row < 10; ++row) {
    const auto value = static_cast<int>(10 * (row / 2 + 1) + row % 2);
    EXPECT_EQ(bytes[row * kPixels], value);
    EXPECT_EQ(bytes[(row + 1) * kPixels - 1], value);
  }
  EXPECT_EQ(table.classes.at(6), "frog");
  EXPECT_EQ(table.test.rows, 1U);
  EXPECT_THAT(table.test.targets, ElementsAre(9));
  EXPECT_EQ(bytes_of(read_cifar10(folder_, 0).train), bytes_of(table.train)) << "through a temporary file";
}

TEST_F(Cifar, AHundredHaveTwoKindsOfClasses) {
  write("train.bin", record(label(3) + label(99), 'a') + record(label(19) + label(0), 'b'));
  write("fine_label_names.txt", "only\ntwo\n");
  const Table fine = read_cifar100(folder_, CifarLabels::fine);
  EXPECT_THAT(fine.train.targets, ElementsAre(99, 0));
  EXPECT_THAT(fine.classes, SizeIs(100));
  EXPECT_EQ(fine.classes.at(42), "42") << "names that do not fit are not used";
  EXPECT_EQ(fine.test.rows, 0U);
  const Table coarse = read_cifar100(folder_, CifarLabels::coarse);
  EXPECT_THAT(coarse.train.targets, ElementsAre(3, 19));
  EXPECT_THAT(coarse.classes, SizeIs(20));
  EXPECT_EQ(bytes_of(coarse.train), bytes_of(fine.train));
}

TEST_F(Cifar, WhatIsWrongIsToldWithTheFile) {
  const auto ten = [&] { return refusal([&] { read_cifar10(folder_); }); };
  EXPECT_THAT(ten(),
              HasSubstr("no file data_batch_1.bin in '" + folder_.string() + "'; the binary version of CIFAR-10"));
  write_ten();
  const std::string whole = record(label(0), 'a') + record(label(1), 'b');
  for (const std::size_t size : {0U, 1U, 2U, 3072U, 3074U, 6145U}) {
    write("data_batch_3.bin", whole.substr(0, size));
    EXPECT_THAT(ten(), AllOf(NamesFile("data_batch_3.bin"), HasSubstr("no whole number of records of 3073"))) << size;
  }
  write("data_batch_3.bin", record(label(0), 'a') + record(label(10), 'b'));
  EXPECT_THAT(ten(), AllOf(NamesFile("data_batch_3.bin"), HasSubstr("record 2 is of class 10")));
  write("train.bin", record(label(0) + label(0), 'a') + record(label(20) + label(0), 'a'));
  EXPECT_THAT(refusal([&] { read_cifar100(folder_, CifarLabels::coarse); }), HasSubstr("record 2 is of class 20"));
}

}  // namespace
}  // namespace pegbox

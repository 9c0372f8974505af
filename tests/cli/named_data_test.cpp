#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A picture of one grey pixel.
constexpr std::string_view kPng =
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63a8070000"
    "810080d394534a0000000049454e44ae426082";

std::string bytes_of(std::string_view hexadecimal) {
  std::string bytes;
  for (std::size_t at = 0; at < hexadecimal.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hexadecimal.substr(at, 2)), nullptr, 16));
  }
  return bytes;
}

std::string npy(const std::string& type, const std::string& shape, const std::string& data) {
  const std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  return "\x93NUMPY" + std::string{'\1', '\0', static_cast<char>(header.size()), '\0'} + header + data;
}

std::string idx(const std::vector<unsigned char>& sizes, const std::string& data) {
  std::string text{'\0', '\0', '\x08', static_cast<char>(sizes.size())};
  for (const unsigned char size : sizes) text += std::string(3, '\0') + static_cast<char>(size);
  return text + data;
}

/// What a study names as its data. `validate` reads it, without LibTorch.
class NamedData : public CliTest {
 protected:
  void put(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((folder_ / file).parent_path());
    write(file, text);
  }

  Finished validate(const std::string& data) const {
    write("study.yaml", "model: mlp\ndata: " + data + "\n");
    return here({"validate", "study.yaml"});
  }
};

TEST_F(NamedData, BundledSetsAreFound) {
  for (const char* name : {"digits", "mnist1d", "diabetes"}) EXPECT_THAT(validate(name), Exits(0)) << name;
}

TEST_F(NamedData, CsvWithAllItsKeys) {
  put("train.csv", "who,id,colour,zip,size,y\n1,a,red,7,1.5,3\n2,b,,8,,4\n1,c,red,7,,5\n");
  put("test.csv", "id,colour,zip,size,y\na,red,7,1,3\n");
  EXPECT_THAT(validate("{csv: train.csv, target: y, group: who, ignore: id, categories: zip, missing: mean, "
                       "task: regression, test: test.csv, shape: [1, 5]}"),
              Exits(0));
  EXPECT_THAT(validate("{csv: train.csv, target: [y, size], columns: [zip, colour], missing: drop}"), Exits(0));
  EXPECT_THAT(validate("{csv: train.csv, target: y, ignore: id}"),
              Refuses(2, AllOf(HasSubstr("train.csv:3: column 'colour' has no value"), HasSubstr("missing: mean"))));
  put("test.csv", "id,colour,zip,size,who,y\na,blue,7,1,1,3\n");
  EXPECT_THAT(validate("{csv: train.csv, target: y, ignore: id, missing: mean, test: test.csv}"),
              Refuses(2, HasSubstr("test.csv:2: column 'colour' has 'blue', which no row to learn from has there")));
}

TEST_F(NamedData, Npy) {
  put("x.npy", npy("|u1", "3, 2", "abcdef"));
  put("y.npy", npy("|i1", "3,", std::string{'\0', '\1', '\0'}));
  EXPECT_THAT(validate("{npy: [x.npy, y.npy], shape: [2, 1], test: [x.npy, y.npy]}"), Exits(0));
  put("x.npy", npy("|u1", "3, 2", "abcde"));
  EXPECT_THAT(validate("{npy: [x.npy, y.npy]}"),
              Refuses(2, AllOf(HasSubstr("x.npy"), HasSubstr("but 5 bytes follow"))));
}

TEST_F(NamedData, Idx) {
  put("mnist/train-images-idx3-ubyte", idx({3, 1, 2}, "abcdef"));
  put("mnist/train-labels-idx1-ubyte", idx({3}, std::string{'\0', '\1', '\0'}));
  EXPECT_THAT(validate("{idx: mnist}"), Exits(0));
  put("mnist/train-images-idx3-ubyte", idx({3, 1, 2}, "abcde"));
  EXPECT_THAT(validate("{idx: mnist}"), Refuses(2, HasSubstr("[3, 1, 2], which are 6 bytes, but 5 follow it")));
}

TEST_F(NamedData, Cifar) {
  const std::string pixels(3072, 'p');
  for (int file = 1; file <= 5; ++file) {
    put("ten/data_batch_" + std::to_string(file) + ".bin", static_cast<char>(file) + pixels);
  }
  put("hundred/train.bin", "\1\1" + pixels + "\2\2" + pixels);
  EXPECT_THAT(validate("{cifar10: ten}"), Exits(0));
  EXPECT_THAT(validate("{cifar100: hundred, labels: coarse}"), Exits(0));
  EXPECT_THAT(validate("{cifar10: hundred}"), Refuses(2, HasSubstr("no file data_batch_1.bin in")));
}

TEST_F(NamedData, Images) {
  put("pictures/a/1.png", bytes_of(kPng));
  put("pictures/b/1.png", bytes_of(kPng));
  EXPECT_THAT(validate("{images: pictures, size: [2, 2], channels: 3}"), Exits(0));
  put("pictures/b/1.png", bytes_of(kPng).substr(0, 50));
  EXPECT_THAT(validate("{images: pictures}"), Refuses(2, HasSubstr("cannot read the picture")));
}

}  // namespace
}  // namespace pegbox

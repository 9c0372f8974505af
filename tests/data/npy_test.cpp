#include "data/npy.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "data/npy_array.hpp"
#include "files.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string header(const std::string& dictionary, int version = 1) {
  const std::string text = dictionary + '\n';
  std::string bytes = "\x93NUMPY" + std::string{static_cast<char>(version), '\0'};
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(text.size() >> (8 * i) & 255U);
  return bytes + text;
}

template <class Number>
std::string npy(const std::string& type, const std::string& shape, const std::vector<Number>& numbers,
                int version = 1) {
  std::string dictionary = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  const std::size_t before = header(dictionary, version).size();
  dictionary.append((64 - before % 64) % 64, ' ');  // as NumPy aligns it
  const std::string data(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
  return header(dictionary, version) + data;
}

class Npy : public FilesTest {
 protected:
  void write_targets() const { write("y.npy", npy<std::int64_t>("<i8", "3,", {7, -1, 7})); }

  Table read(const NpyChoice& choice = {}, std::size_t most_in_memory = kMostInMemory) const {
    return read_npy({folder_ / "x.npy", folder_ / "y.npy"}, choice, {}, most_in_memory);
  }

  std::string refused(const NpyChoice& choice = {}) const {
    return refusal([&] { read(choice); });
  }
};

TEST_F(Npy, FloatsAreMapped) {
  write("x.npy", npy<float>("<f4", "3, 2", {1, 2, 3, 4.5F, 5, -6}));
  write_targets();
  const Table table = read();
  EXPECT_EQ(table.rows(), 3U);
  EXPECT_THAT(table.shape, ElementsAre(2));
  EXPECT_THAT(floats_of(table.train), ElementsAre(1, 2, 3, 4.5, 5, -6));
  EXPECT_THAT(table.classes, ElementsAre("-1", "7"));
  EXPECT_THAT(table.train.targets, ElementsAre(1, 0, 1));
}

TEST_F(Npy, BytesStayBytes) {
  write("x.npy", npy<std::uint8_t>("|u1", "3, 1, 2, 1", {0, 255, 2, 3, 4, 5}, 2));
  write_targets();
  const Table table = read();
  EXPECT_THAT(bytes_of(table.train), ElementsAre(0, 255, 2, 3, 4, 5));
  EXPECT_THAT(table.shape, ElementsAre(1, 2, 1));
}

template <class Number>
std::vector<float> read_as(const std::string& type, const std::filesystem::path& file, const std::filesystem::path& y,
                           std::size_t most_in_memory) {
  std::ofstream(file, std::ios::binary) << npy<Number>(type, "3", {Number(1), Number(0), Number(2)}, 3);
  return floats_of(read_npy({file, y}, {}, {}, most_in_memory).train);
}

TEST_F(Npy, OtherNumbersBecomeFloats) {
  write_targets();
  const auto x = folder_ / "x.npy";
  const auto y = folder_ / "y.npy";
  for (const std::size_t most_in_memory : {kMostInMemory, std::size_t{0}}) {
    EXPECT_THAT(read_as<double>("<f8", x, y, most_in_memory), ElementsAre(1, 0, 2));
    EXPECT_THAT(read_as<std::int8_t>("|i1", x, y, most_in_memory), ElementsAre(1, 0, 2));
    EXPECT_THAT(read_as<std::int8_t>("<i1", x, y, most_in_memory), ElementsAre(1, 0, 2));
    EXPECT_THAT(read_as<std::int16_t>("<i2", x, y, most_in_memory), ElementsAre(1, 0, 2));
    EXPECT_THAT(read_as<std::int32_t>("<i4", x, y, most_in_memory), ElementsAre(1, 0, 2));
    EXPECT_THAT(read_as<std::int64_t>("<i8", x, y, most_in_memory), ElementsAre(1, 0, 2));
    EXPECT_THAT(read_as<std::uint8_t>("|b1", x, y, most_in_memory), ElementsAre(1, 0, 2));
  }
}

TEST_F(Npy, FloatsThatLieBetweenAddressesAreCopied) {
  const std::vector<float> numbers{1, 2, 3};
  const std::string data(reinterpret_cast<const char*>(numbers.data()), sizeof(float) * 3);
  for (int blanks = 0; blanks < 4; ++blanks) {
    write("x.npy",
          header("{'shape': (3,), 'descr': \"<f4\", 'fortran_order': False}" + std::string(blanks, ' ')) + data);
    write_targets();
    EXPECT_THAT(floats_of(read().train), ElementsAre(1, 2, 3)) << blanks;
  }
}

TEST_F(Npy, TargetsMayBeNumbersOfOneOrMoreColumns) {
  write("x.npy", npy<float>("<f4", "3, 2", {1, 2, 3, 4, 5, 6}));
  write("y.npy", npy<float>("<f4", "3, 2", {1, 2, 3, 4, 5, 6.5F}));
  EXPECT_EQ(read().outputs, 2U);
  EXPECT_THAT(read().train.targets, ElementsAre(1, 2, 3, 4, 5, 6.5));
  write("y.npy", npy<double>("<f8", "3", {0.5, 1, 2}));
  EXPECT_THAT(read().train.targets, ElementsAre(0.5, 1, 2));
  EXPECT_THAT(read().classes, IsEmpty());
  EXPECT_THAT(refused({.task = WantedTask::classification}), HasSubstr("row 1 has a number that is not whole"));
  write("y.npy", npy<double>("<f8", "3", {3, 1, 3}));
  EXPECT_THAT(read({.task = WantedTask::classification}).classes, ElementsAre("1", "3"));
  write_targets();
  EXPECT_THAT(read({.task = WantedTask::regression}).train.targets, ElementsAre(7, -1, 7));
}

TEST_F(Npy, TheShapeMayBeSaid) {
  write("x.npy", npy<float>("<f4", "3, 2", {1, 2, 3, 4, 5, 6}));
  write_targets();
  EXPECT_THAT(read({.shape = {1, 2}}).shape, ElementsAre(1, 2));
  EXPECT_THAT(refused({.shape = {3}}), HasSubstr("the shape [3] do not multiply to the 2 numbers of a row"));
}

TEST_F(Npy, TheTestPartIsOfTheSameShapeAndClasses) {
  const NpyFiles train{write("x.npy", npy<float>("<f4", "3, 2", {1, 2, 3, 4, 5, 6})), folder_ / "y.npy"};
  write_targets();
  NpyFiles test{write("u.npy", npy<float>("<f4", "1, 2", {8, 9})), write("v.npy", npy<std::int8_t>("|i1", "1", {-1}))};
  const Table table = read_npy(train, {}, test);
  EXPECT_THAT(floats_of(table.test), ElementsAre(8, 9));
  EXPECT_THAT(table.test.targets, ElementsAre(0));
  const auto refused_test = [&] { return refusal([&] { read_npy(train, {}, test); }); };
  write("v.npy", npy<std::int8_t>("|i1", "1", {2}));
  EXPECT_THAT(refused_test(), AllOf(NamesFile("v.npy"), HasSubstr("class 2, which no row to learn from is of")));
  write("u.npy", npy<float>("<f4", "1, 1", {8}));
  EXPECT_THAT(refused_test(), HasSubstr("its rows are [1] numbers, those of"));
  write("u.npy", npy<std::uint8_t>("|u1", "1, 2", {8, 9}));
  EXPECT_THAT(refused_test(), HasSubstr("its rows are [2] bytes, those of"));
}

TEST_F(Npy, AnyCutIsToldWithTheFile) {
  for (const int version : {1, 2, 3}) {
    const std::string whole = npy<float>("<f4", "3, 2", {1, 2, 3, 4, 5, 6}, version);
    write_targets();
    for (std::size_t size = 0; size < whole.size(); ++size) {
      write("x.npy", whole.substr(0, size));
      ASSERT_THAT(refused(), NamesFile("x.npy")) << size;
    }
    EXPECT_THAT(refused(), HasSubstr("[3, 2] of 4 bytes each, together 24, but 23 bytes follow it"));
    write("x.npy", whole + "x");
    EXPECT_THAT(refused(), HasSubstr("but 25 bytes follow it"));
  }
}

TEST_F(Npy, AnyChangedByteOfTheHeaderGivesATableOrASentence) {
  const std::string whole = npy<float>("<f4", "3, 2", {1, 2, 3, 4, 5, 6});
  write_targets();
  int refusals = 0;
  for (std::size_t at = 0; at < whole.size() - 24; ++at) {
    for (const char byte : {'\0', '9', '(', '\'', '\xFF'}) {
      std::string changed = whole;
      changed[at] = byte;
      write("x.npy", changed);
      const std::string told = refused();
      refusals += told.empty() ? 0 : 1;
      if (!told.empty()) ASSERT_THAT(told, NamesFile(".npy")) << at;
    }
  }
  EXPECT_GT(refusals, 100);
}

TEST_F(Npy, WhatIsNotReadIsTold) {
  write_targets();
  const auto told = [&](const std::string& bytes) {
    write("x.npy", bytes);
    return refused();
  };
  EXPECT_THAT(told(npy<float>(">f4", "3", {1, 2, 3})), HasSubstr("its type is '>f4'; those that are read are <f4"));
  EXPECT_THAT(told(npy<float>("|O", "3", {1, 2, 3})), HasSubstr("its type is '|O'"));
  EXPECT_THAT(told(header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}") + std::string(12, 'x')),
              HasSubstr("its type is '[…]'"));
  EXPECT_THAT(told(header("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 1)}") + std::string(12, 'x')),
              HasSubstr("Fortran order"));
  EXPECT_THAT(told(header("{'descr': '<f4', 'shape': (3, 1)}")), HasSubstr("its header is not understood"));
  EXPECT_THAT(told(npy<float>("<f4", "3", {1, 2, 3}, 4)), HasSubstr("it is of version 4 of the NPY format"));
  EXPECT_THAT(told("PK\3\4 a zip file"), HasSubstr("it is no NPY file"));
  EXPECT_THAT(told(npy<float>("<f4", "", {1})), HasSubstr("it is one number"));
  EXPECT_THAT(told(npy<float>("<f4", "3, 0", {})), HasSubstr("at least 2 rows with a number"));
  EXPECT_THAT(told(npy<float>("<f4", "1, 2", {1, 2})), HasSubstr("at least 2 rows"));
  EXPECT_THAT(told(npy<float>("<f4", "2, 1", {1, 2})), AllOf(NamesFile("y.npy"), HasSubstr("it has 3 rows, but '")));
  EXPECT_THAT(told(npy<float>("<f4", "4294967296, 4294967296, 4294967296", {})), HasSubstr("but 0 bytes follow it"));
  EXPECT_THAT(told(npy<double>("<f8", "3", {1, 1e300, 3})), HasSubstr("row 2 has a number that is not finite in 32"));
}

TEST_F(Npy, NumbersThatAreNoneFollowThePolicy) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  write("x.npy", npy<float>("<f4", "3, 2", {1, 2, 3, 4, kNaN, 6}));
  write_targets();
  EXPECT_THAT(refused(),
              HasSubstr("row 3 has a number that is not finite in 32 bits; for the mean of the others in its "
                        "place say missing: mean"));
  EXPECT_TRUE(std::isnan(floats_of(read({.missing = Missing::mean}).train)[4]));
  write("x.npy", npy<float>("<f4", "3, 2", {1, 2, 3, 4, std::numeric_limits<float>::infinity(), 6}));
  EXPECT_THAT(refused({.missing = Missing::mean}), HasSubstr("row 3 has a number that is not finite"));
}

TEST_F(Npy, WrongTargetsAreTold) {
  write("x.npy", npy<float>("<f4", "3", {1, 2, 3}));
  const auto told = [&](const std::string& bytes) {
    write("y.npy", bytes);
    return refused();
  };
  EXPECT_THAT(told(npy<std::int8_t>("|i1", "3", {1, 1, 1})), HasSubstr("each row is of class 1"));
  EXPECT_THAT(told(npy<float>("<f4", "3", {1, 1, 1})), HasSubstr("each row has the same target"));
  EXPECT_THAT(told(npy<std::int8_t>("|i1", "3, 2", {1, 0, 0, 1, 1, 0})), HasSubstr("classes are of shape [rows]"));
  EXPECT_THAT(told(npy<float>("<f4", "3, 1, 1", {1, 2, 3})), HasSubstr("targets are of shape [3] or [3, outputs]"));
  EXPECT_THAT(told(npy<float>("<f4", "3", {1, std::nanf(""), 3})), HasSubstr("row 2 has a number that is not finite"));
}

}  // namespace
}  // namespace pegbox

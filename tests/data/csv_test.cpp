#include "data/csv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>
#include <pegbox/value.hpp>

#include "parsed.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

TEST(Csv, ReadsNumbersInTheOrderOfTheHeader) {
  const Table table = parse("a,y,b\n1,0.5,-2\n3.25,-1.5,4e2\n");
  EXPECT_THAT(table.columns, ElementsAre("a", "b"));
  EXPECT_THAT(table.train.inputs.floats(), ElementsAre(1.0F, -2.0F, 3.25F, 400.0F));
  EXPECT_THAT(table.train.targets, ElementsAre(0.5, -1.5));
  EXPECT_FALSE(table.classification());
}

TEST(Csv, KeepsTheShapeThatIsSaid) {
  const std::string text = "a,y,b\n1,0.5,-2\n3.25,-1.5,4e2\n";
  EXPECT_THAT(parse(text).shape, ElementsAre(2));
  const Table table = parse(text, {.targets = {"y"}, .shape = {2, 1}});
  EXPECT_THAT(table.shape, ElementsAre(2, 1));
  EXPECT_THAT(table.train.inputs.floats(), ElementsAreArray(parse(text).train.inputs.floats()));
}

TEST(Csv, ReadsEachFormOfANumber) {
  const Table table = parse("a,b,c,d,e,y\n+1,.5,2.,1E2,-0,p\n-1,007,1e-3,1e-400,\"8\",q\n");
  EXPECT_THAT(table.train.inputs.floats(),
              ElementsAre(1.0F, 0.5F, 2.0F, 100.0F, 0.0F, -1.0F, 7.0F, 0.001F, 0.0F, 8.0F));
}

TEST(Csv, LineEndsByteOrderMarkAndBlanksDoNotMatter) {
  const std::string plain = "a,y\n1,x\n2,z\n";
  for (const std::string_view same : {"a,y\n1,x\n2,z", "a,y\r\n1,x\r\n2,z\r\n",
                                      "\xEF\xBB\xBF"
                                      "a,y\n1,x\n2,z\n",
                                      " a , y\t\n 1,\tx \n2 ,z\n", "a,y\n1,x\n2,z\n\n \n\t", "a,y\r\n1,x\n2,z\r\n\r\n",
                                      "\"a\",\"y\"\n\"1\" , \"x\"\t\n2,z\n"}) {
    const Table table = parse(same);
    EXPECT_THAT(table.columns, ElementsAre("a")) << same;
    EXPECT_THAT(table.train.inputs.floats(), ElementsAre(1.0F, 2.0F)) << same;
    EXPECT_THAT(table.classes, ElementsAre("x", "z")) << same;
  }
}

TEST(Csv, QuotesHoldCommasBreaksQuotesAndBlanks) {
  const Table table = parse("\"a, \"\"b\"\"\",y\n1,\" x\n,\"\n2,\"\"\"\"\n");
  EXPECT_THAT(table.columns, ElementsAre("a, \"b\""));
  EXPECT_THAT(table.classes, ElementsAre(" x\n,", "\""));
}

TEST(Csv, TextsAreClassesByName) {
  const Table table = parse("a,y\n1,pear\n2,apple\n3,pear\n4,10\n5,9\n");
  EXPECT_THAT(table.classes, ElementsAre("10", "9", "apple", "pear"));
  EXPECT_THAT(table.train.targets, ElementsAre(3, 2, 3, 0, 1));
}

TEST(Csv, FewWholeNumbersAreClassesByNumber) {
  const Table table = parse("a,y\n1,10\n2,9\n3,-3\n4,9.0\n5,1e1\n6,100000\n");
  EXPECT_THAT(table.classes, ElementsAre("-3", "9", "10", "100000"));
  EXPECT_THAT(table.train.targets, ElementsAre(2, 1, 0, 1, 2, 3));
}

TEST(Csv, ManyWholeNumbersAndFractionsAreRegression) {
  const auto counted = [](std::size_t different) {
    std::string text = "a,y\n";
    for (std::size_t i = 0; i < different; ++i) text += "1," + std::to_string(i) + "\n";
    return parse(text);
  };
  EXPECT_EQ(counted(kMostWholeClasses).classes.size(), kMostWholeClasses);
  EXPECT_THAT(counted(kMostWholeClasses + 1).classes, IsEmpty());
  EXPECT_EQ(counted(kMostWholeClasses + 1).train.targets.back(), static_cast<double>(kMostWholeClasses));
  EXPECT_THAT(parse("a,y\n1,1\n2,2\n3,2.5\n").train.targets, ElementsAre(1, 2, 2.5));
}

TEST(Csv, ReadsAFile) {
  const auto file = std::filesystem::path(testing::TempDir()) / ("pegbox_csv_" + std::to_string(::getpid()) + ".csv");
  std::string text = "a,y\n";
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i) + ".5,0." + std::to_string(i) + "\n";
  std::ofstream(file, std::ios::binary) << text;
  const Table table = read_csv(file, {.targets = {"y"}});
  std::filesystem::remove(file);
  ASSERT_EQ(table.rows(), 300'000U);
  EXPECT_EQ(table.train.inputs.floats().back(), 299'999.5F);
  EXPECT_EQ(table.train.targets.back(), 0.299999);
}

/// Writes a value in one of the ways that RFC 4180 allows.
std::string written(const std::string& value, Random& random) {
  const bool must = value.find_first_of(",\"\r\n \t") != std::string::npos;
  if (!must && random.below(2) == 0) return value;
  std::string text = "\"";
  for (const char byte : value) text += byte == '"' ? "\"\"" : std::string(1, byte);
  return text + '"';
}

std::string random_text(Random& random) {
  static constexpr std::array<std::string_view, 12> kPieces{"a",    "Z", "7", ",",  "\"", "\n",
                                                            "\r\n", " ", "é", "日", "𝄞",  "-"};
  std::string text = "t";  // a class, not a number
  for (auto left = random.below(6); left > 0; --left) text += kPieces.at(random.below(kPieces.size()));
  return text;
}

TEST(Csv, RandomTablesComeBackAsTheyWereWritten) {
  for (int round = 0; round < 300; ++round) {
    Random random(7, round, "csv");
    const std::size_t columns = 1 + random.below(5);
    const std::size_t rows = 2 + random.below(20);
    const std::size_t target = random.below(columns + 1);
    const std::string line_end = random.below(2) == 0 ? "\n" : "\r\n";
    std::vector<std::vector<std::string>> cells(rows + 1, std::vector<std::string>(columns + 1));
    std::vector<float> inputs;
    for (std::size_t column = 0; column <= columns; ++column) {
      cells[0][column] = column == target ? "y" : random_text(random) + std::to_string(column);
    }
    for (std::size_t row = 1; row <= rows; ++row) {
      for (std::size_t column = 0; column <= columns; ++column) {
        const double number = random.normal() * std::pow(10.0, static_cast<double>(random.below(20)) - 10);
        cells[row][column] = column == target ? random_text(random) + std::to_string(row) : to_string(Value(number));
        if (column != target) inputs.push_back(static_cast<float>(number));
      }
    }
    std::string text;
    for (const auto& row : cells) {
      for (std::size_t column = 0; column <= columns; ++column) {
        text += written(row[column], random) + (column == columns ? line_end : ",");
      }
    }

    const Table table = parse(text);
    ASSERT_EQ(table.rows(), rows) << text;
    ASSERT_THAT(table.train.inputs.floats(), ElementsAreArray(inputs)) << text;
    for (std::size_t column = 0; column < columns; ++column) {
      ASSERT_EQ(table.columns[column], cells[0][column < target ? column : column + 1]) << text;
    }
    ASSERT_TRUE(std::is_sorted(table.classes.begin(), table.classes.end()));
    for (std::size_t row = 0; row < rows; ++row) {
      ASSERT_EQ(table.classes.at(static_cast<std::size_t>(table.train.targets[row])), cells[row + 1][target]) << text;
    }
  }
}

}  // namespace
}  // namespace pegbox

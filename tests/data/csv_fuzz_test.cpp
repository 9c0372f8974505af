#include <algorithm>
#include <array>
#include <cmath>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "data/csv.hpp"

namespace pegbox {
namespace {

constexpr std::array<std::string_view, 3> kSeeds{
    "a,b,y\n1,2,red\n-3.5,4e2,\"gr,\"\"een\"\n5,6,red\n",
    "\xEF\xBB\xBF\"a\nb\",y\r\n0.25,1\r\n.5,2\r\n1e-3,1\r\n",
    "x, y ,z\n1,0.5,3\n 4 ,1.5,é\n7,2.5,9\n\n",
};

std::string mutated(std::string text, Random& random) {
  static constexpr std::string_view kBytes = ",\"\n\r \t0e-.+nx\xEF\xBB\x80\xFF";
  for (auto left = 1 + random.below(4); left > 0; --left) {
    const std::size_t at = random.below(text.size() + 1);
    switch (random.below(5)) {
      case 0:
        text.insert(at, 1, kBytes[random.below(kBytes.size())]);
        break;
      case 1:
        text.erase(at, 1 + random.below(3));
        break;
      case 2:
        if (at < text.size()) text[at] = kBytes[random.below(kBytes.size())];
        break;
      case 3:
        text.insert(random.below(text.size() + 1), text.substr(at, random.below(12)));
        break;
      default:
        if (random.below(4) == 0) text.resize(at);
    }
  }
  return text;
}

/// The message names a line that the text has.
void expect_place(std::string_view message, std::string_view text) {
  ASSERT_TRUE(message.starts_with("f.csv:")) << message;
  const auto line = std::stoul(std::string(message.substr(6)));
  EXPECT_GE(line, 1U);
  EXPECT_LE(line, 1U + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'))) << message;
}

void expect_sound(const Table& table) {
  EXPECT_GE(table.rows(), 2U);
  EXPECT_GE(table.columns.size(), 1U);
  const auto inputs = table.train.inputs.floats();
  EXPECT_EQ(inputs.size(), table.rows() * table.columns.size());
  EXPECT_TRUE(std::all_of(inputs.begin(), inputs.end(), [](float value) { return std::isfinite(value); }));
  EXPECT_NE(table.classes.size(), 1U);
  for (const double target : table.train.targets) {
    EXPECT_TRUE(std::isfinite(target));
    if (!table.classification()) continue;
    EXPECT_EQ(target, std::floor(target));
    EXPECT_GE(target, 0);
    EXPECT_LT(target, static_cast<double>(table.classes.size()));
  }
}

TEST(CsvFuzz, AnyTextGivesATableOrAMistakeWithItsLine) {
  int tables = 0;
  int mistakes = 0;
  for (int round = 0; round < 3000; ++round) {
    Random random(11, round, "fuzz");
    const std::string text = mutated(std::string(kSeeds.at(static_cast<std::size_t>(round) % kSeeds.size())), random);
    SCOPED_TRACE(testing::PrintToString(text));
    try {
      expect_sound(parse_csv({"f.csv", text}, {.targets = {"y"}}));
      ++tables;
    } catch (const StudyError& error) {
      expect_place(error.what(), text);
      ++mistakes;
    }
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(tables, 100);  // else the seeds or the mutations no longer reach both ends
  EXPECT_GT(mistakes, 100);
}

}  // namespace
}  // namespace pegbox

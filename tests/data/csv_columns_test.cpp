#include <cmath>

#include <gmock/gmock.h>

#include "data/input_column.hpp"
#include "files.hpp"
#include "parsed.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string refused(std::string_view text, const CsvChoice& choice, std::string_view test = {}) {
  return refusal([&] { parse(text, choice, test); });
}

TEST(CsvTexts, BecomeAnInputForEachByName) {
  const Table table = parse("n,colour,m,y\n1,red,5,p\n2,blue,6,q\n3,red,7,p\n", {.targets = {"y"}});
  EXPECT_THAT(table.columns, ElementsAre("n", "colour=blue", "colour=red", "m"));
  EXPECT_THAT(floats_of(table.train), ElementsAre(1, 0, 1, 5, 2, 1, 0, 6, 3, 0, 1, 7));
  EXPECT_THAT(table.shape, ElementsAre(4));
  ASSERT_EQ(table.encodings.size(), 3U);
  EXPECT_EQ(table.encodings[1].name, "colour");
  EXPECT_THAT(table.encodings[1].levels, ElementsAre("blue", "red"));
  EXPECT_EQ(table.encodings[1].first, 1U);
  EXPECT_EQ(table.encodings[1].count, 2U);
  EXPECT_THAT(table.encodings[2].levels, IsEmpty());
  EXPECT_EQ(table.encodings[2].first, 3U);
  EXPECT_EQ(table.encodings[2].count, 1U);
}

std::string of_levels(std::size_t count) {
  std::string text = "a,y\n";
  for (std::size_t i = 0; i < count; ++i) text += "t" + std::to_string(i) + "," + std::to_string(i % 2) + "\n";
  return text;
}

TEST(CsvTexts, AreAtMost64) {
  EXPECT_EQ(parse(of_levels(kMostLevels), {.targets = {"y"}}).columns.size(), kMostLevels);
  EXPECT_THAT(refused(of_levels(kMostLevels + 1), {.targets = {"y"}}),
              StartsWith("t.csv:66: column 'a' has 't64', one more than 64 different texts; leave the column out by "
                         "ignore, or name those to use in columns"));
}

TEST(CsvTexts, CategoriesMayBeNumbers) {
  const Table table = parse("zip,y\n10,1\n9,2\n10,1\nx,2\n", {.targets = {"y"}, .categories = {"zip"}});
  EXPECT_THAT(table.columns, ElementsAre("zip=10", "zip=9", "zip=x"));
  EXPECT_THAT(floats_of(table.train), ElementsAre(1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1));
}

TEST(CsvColumns, ThatAreIgnoredMayHoldAnything) {
  const std::string text = "id,a,note,y\nx1,1,,p\n7,2,inf,q\n";
  const Table table = parse(text, {.targets = {"y"}, .ignore = {"note", "id"}});
  EXPECT_THAT(table.columns, ElementsAre("a"));
  const Table named = parse(text, {.targets = {"y"}, .columns = {"a"}});
  EXPECT_EQ(floats_of(named.train), floats_of(table.train));
}

TEST(CsvColumns, AreInTheOrderOfTheFile) {
  EXPECT_THAT(parse("a,b,c,y\n1,2,3,p\n4,5,6,q\n", {.targets = {"y"}, .columns = {"c", "a"}}).columns,
              ElementsAre("a", "c"));
}

TEST(CsvColumns, WrongNamesAreTold) {
  const std::string text = "age,b,y\n1,2,p\n3,4,q\n";
  EXPECT_EQ(refused(text, {.targets = {"y"}, .ignore = {"ago"}}), "t.csv:1: no column 'ago'; did you mean 'age'?");
  EXPECT_THAT(refused(text, {.targets = {"y"}, .group = "zzzzz"}), StartsWith("t.csv:1: no column 'zzzzz'"));
  EXPECT_THAT(refused(text, {.targets = {"y"}, .columns = {"bb"}}), StartsWith("t.csv:1: no column 'bb'"));
  EXPECT_THAT(refused(text, {.targets = {"y"}, .categories = {"bb"}}), StartsWith("t.csv:1: no column 'bb'"));
  EXPECT_THAT(refused(text, {.targets = {"y"}, .ignore = {"y"}}),
              StartsWith("t.csv:1: column 'y' is named in target and in ignore"));
  EXPECT_THAT(refused(text, {.targets = {"y", "y"}}), StartsWith("t.csv:1: column 'y' is named twice in target"));
  EXPECT_THAT(refused(text, {.targets = {"y"}, .ignore = {"age", "b"}}),
              StartsWith("t.csv:1: no column is left for the inputs"));
  EXPECT_THAT(refused(text, {.targets = {"y"}, .categories = {"y"}}),
              StartsWith("t.csv:1: column 'y' is in categories, but it is no input"));
}

constexpr std::string_view kGaps = "n,c,y\n1,a,p\n,b,q\n3,,p\nnan,a,q\n5,a,q\n";

TEST(CsvMissing, IsRefusedUnlessSaid) {
  EXPECT_THAT(refused(kGaps, {.targets = {"y"}}), StartsWith("t.csv:3: column 'n' has no value; fill it in"));
}

TEST(CsvMissing, MeanLeavesGapsToTheTrainerAndMakesALevel) {
  const Table table = parse(kGaps, {.targets = {"y"}, .missing = Missing::mean});
  EXPECT_THAT(table.columns, ElementsAre("n", "c=", "c=a", "c=b"));
  const auto inputs = floats_of(table.train);
  ASSERT_EQ(inputs.size(), 20U);
  EXPECT_TRUE(std::isnan(inputs[4]));
  EXPECT_TRUE(std::isnan(inputs[12]));
  EXPECT_EQ(std::count_if(inputs.begin(), inputs.end(), [](float value) { return std::isnan(value); }), 2);
  EXPECT_THAT(std::vector(inputs.begin() + 8, inputs.begin() + 12), ElementsAre(3, 1, 0, 0));
  EXPECT_THAT(table.encodings[1].levels, ElementsAre("", "a", "b"));
  EXPECT_TRUE(table.encodings[0].missing);
  EXPECT_TRUE(table.encodings[1].missing);
  EXPECT_EQ(table.missing, Missing::mean);
  EXPECT_EQ(table.train.dropped, 0U);
}

TEST(CsvMissing, MeanAddsNothingWhereNothingIsMissing) {
  const std::string whole = "n,c,y\n1,a,p\n2,b,q\n";
  const Table mean = parse(whole, {.targets = {"y"}, .missing = Missing::mean});
  EXPECT_EQ(floats_of(mean.train), floats_of(parse(whole, {.targets = {"y"}}).train));
  EXPECT_FALSE(mean.encodings[0].missing);
  EXPECT_THAT(mean.columns, ElementsAre("n", "c=a", "c=b"));
}

TEST(CsvMissing, DropLeavesRowsOutAndCountsThem) {
  const Table table = parse(kGaps, {.targets = {"y"}, .missing = Missing::drop});
  EXPECT_THAT(floats_of(table.train), ElementsAre(1, 1, 5, 1)) << "the level b is only in a row that is left out";
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.train.dropped, 3U);
  EXPECT_THAT(refused("a,y\n1,p\n,q\n", {.targets = {"y"}, .missing = Missing::drop}),
              StartsWith("t.csv:1: the header is followed by one row of which no value is missing"));
}

TEST(CsvMissing, TargetsAreNeverFilledIn) {
  const std::string text = "a,y\n1,p\n2,\n3,q\n";
  EXPECT_THAT(refused(text, {.targets = {"y"}, .missing = Missing::mean}),
              StartsWith("t.csv:3: column 'y' has no value; a target is needed"));
  EXPECT_THAT(refused("a,y\n1,1.5\n2,nan\n3,2.5\n", {.targets = {"y"}, .missing = Missing::mean}),
              StartsWith("t.csv:3: column 'y' has 'nan', which is no finite number"));
  EXPECT_EQ(parse(text, {.targets = {"y"}, .missing = Missing::drop}).train.dropped, 1U);
}

TEST(CsvMissing, AColumnWithoutAnyValueIsRefused) {
  EXPECT_THAT(refused("a,b,y\n1,,p\n2,,q\n", {.targets = {"y"}, .missing = Missing::mean}),
              StartsWith("t.csv:1: column 'b' has no value in any row"));
}

TEST(CsvGroup, KeepsRowsOfOneValueTogether) {
  const Table table = parse("who,a,y\nzoe,1,p\nadam,2,q\nzoe,3,q\n", {.targets = {"y"}, .group = "who"});
  EXPECT_THAT(table.groups, ElementsAre(0, 1, 0));
  EXPECT_THAT(table.columns, ElementsAre("a")) << "the group is no input";
  EXPECT_THAT(refused("who,a,y\nzoe,1,p\n,2,q\n", {.targets = {"y"}, .group = "who", .missing = Missing::mean}),
              StartsWith("t.csv:3: column 'who' has no value"));
}

TEST(CsvTargets, SeveralAreNumbersInTheirOrder) {
  const Table table = parse("y,a,z\n1,7,10\n0,8,20.5\n", {.targets = {"z", "y"}});
  EXPECT_THAT(table.train.targets, ElementsAre(10, 1, 20.5, 0));
  EXPECT_EQ(table.outputs, 2U);
  EXPECT_THAT(table.targets, ElementsAre("z", "y"));
  EXPECT_FALSE(table.classification());
  EXPECT_THAT(refused("y,a,z\n1,7,10\nb,8,20.5\n", {.targets = {"z", "y"}}),
              StartsWith("t.csv:3: column 'y' has 'b' among numbers"));
  EXPECT_THAT(refused("y,a,z\n1,7,10\n2,8,20\n", {.targets = {"z", "y"}, .task = WantedTask::classification}),
              HasSubstr("name one target for classes"));
}

TEST(CsvTask, OverridesWhatIsFound) {
  const Table numbers = parse("a,y\n1,3\n2,5\n", {.targets = {"y"}, .task = WantedTask::regression});
  EXPECT_THAT(numbers.classes, IsEmpty());
  EXPECT_THAT(numbers.train.targets, ElementsAre(3, 5));
  std::string text = "a,y\n";
  for (int i = 0; i < 100; ++i) text += "1," + std::to_string(i) + "\n";
  EXPECT_EQ(parse(text, {.targets = {"y"}, .task = WantedTask::classification}).classes.size(), 100U);
  EXPECT_THAT(refused("a,y\n1,3\n2,5.5\n", {.targets = {"y"}, .task = WantedTask::classification}),
              StartsWith("t.csv:3: column 'y' has '5.5', which names no class"));
  EXPECT_THAT(refused("a,y\n1,p\n2,q\n", {.targets = {"y"}, .task = WantedTask::regression}),
              StartsWith("t.csv:2: column 'y' has 'p' among numbers"));
}

constexpr std::string_view kTrain = "n,c,y\n1,a,7\n2,b,9\n3,a,7\n";

TEST(CsvTest, RowsAreReadByTheOtherFilesColumns) {
  const Table table = parse(kTrain, {.targets = {"y"}}, "y,c,more,n\n9.0,a,x,5\n7,b,,6\n");
  EXPECT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.test.rows, 2U);
  EXPECT_THAT(floats_of(table.test), ElementsAre(5, 1, 0, 6, 0, 1));
  EXPECT_THAT(table.test.targets, ElementsAre(1, 0));
}

TEST(CsvTest, WhatIsUnknownThereIsRefused) {
  const auto with = [](std::string_view test) { return refused(kTrain, {.targets = {"y"}}, test); };
  EXPECT_THAT(with("n,c,y\n1,z,7\n"), StartsWith("u.csv:2: column 'c' has 'z', which no row to learn from has there"));
  EXPECT_THAT(with("n,c,y\n1,a,8\n"),
              StartsWith("u.csv:2: column 'y' has '8', a class that no row to learn from is of"));
  EXPECT_THAT(with("n,c,y\nx,a,7\n"), StartsWith("u.csv:2: column 'n' has 'x' among numbers"));
  EXPECT_THAT(with("n,c,y\n,a,7\n"), StartsWith("u.csv:2: column 'n' has no value"));
  EXPECT_THAT(with("n,y\n1,7\n"), StartsWith("u.csv:1: no column 'c'"));
  EXPECT_THAT(with("n,c,y\n"), StartsWith("u.csv:1: no row to test on"));
  EXPECT_THAT(with("n,c,y\n1,a\n"), StartsWith("u.csv:2: the row has 2 values"));
}

TEST(CsvTest, MissingValuesFollowTheSamePolicy) {
  const CsvChoice mean{.targets = {"y"}, .missing = Missing::mean};
  EXPECT_TRUE(std::isnan(floats_of(parse(kTrain, mean, "n,c,y\n,a,7\n").test)[0]));
  EXPECT_THAT(refused(kTrain, mean, "n,c,y\n1,,7\n"), StartsWith("u.csv:2: column 'c' has no value, but one in each"));
  EXPECT_THAT(floats_of(parse(kGaps, mean, "n,c,y\n1,,q\n").test), ElementsAre(1, 1, 0, 0));
  const Table dropped = parse(kTrain, {.targets = {"y"}, .missing = Missing::drop}, "n,c,y\n,a,7\n1,a,7\n");
  EXPECT_EQ(dropped.test.rows, 1U);
  EXPECT_EQ(dropped.test.dropped, 1U);
}

TEST(CsvTest, RegressionTargetsAreNumbers) {
  const Table table = parse("a,y\n1,1.5\n2,2.5\n", {.targets = {"y"}}, "a,y\n3,7\n");
  EXPECT_THAT(table.test.targets, ElementsAre(7));
  EXPECT_THAT(refused("a,y\n1,1.5\n2,2.5\n", {.targets = {"y"}}, "a,y\n3,x\n"),
              StartsWith("u.csv:2: column 'y' has 'x' among numbers"));
}

}  // namespace
}  // namespace pegbox

#include "data/bundled.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Bundled, DigitsAreThePublishedOnes) {
  const Table digits = bundled("digits");
  EXPECT_EQ(digits.rows(), 1797U);
  ASSERT_EQ(digits.columns.size(), 64U);
  EXPECT_EQ(digits.train.inputs.size(), 1797U * 64U);
  EXPECT_THAT(digits.shape, ElementsAre(1, 8, 8)) << "row by row: the columns are named so";
  EXPECT_EQ(digits.columns.front(), "p00");
  EXPECT_EQ(digits.columns[10], "p12");
  EXPECT_EQ(digits.columns.back(), "p77");
  EXPECT_THAT(digits.classes, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));

  std::array<int, 10> counts{};
  for (const double target : digits.train.targets) ++counts.at(static_cast<std::size_t>(target));
  EXPECT_THAT(counts, ElementsAre(178, 182, 177, 183, 181, 182, 181, 179, 174, 180));

  const auto inputs = digits.train.inputs.floats();
  const auto [least, most] = std::minmax_element(inputs.begin(), inputs.end());
  EXPECT_EQ(*least, 0.0F);
  EXPECT_EQ(*most, 16.0F);
}

TEST(Bundled, DiabetesIsThePublishedOne) {
  const Table table = bundled("diabetes");
  EXPECT_EQ(table.rows(), 442U);
  EXPECT_THAT(table.columns, ElementsAre("age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu"));
  EXPECT_FALSE(table.classification());
  const auto& targets = table.train.targets;
  EXPECT_THAT(std::vector(targets.begin(), targets.begin() + 4), ElementsAre(151, 75, 141, 206));
  EXPECT_NEAR(std::accumulate(targets.begin(), targets.end(), 0.0) / 442, 152.133, 0.001) << "the published mean";
  EXPECT_THAT(table.train.inputs.floats().subspan(0, 4), ElementsAre(59.0F, 2.0F, 32.1F, 101.0F));
}

TEST(Bundled, EachNameCanBeRead) {
  for (const std::string& name : bundled_names()) EXPECT_GT(bundled(name).rows(), 1U) << name;
}

TEST(Bundled, UnknownNameSuggestsTheNearest) {
  EXPECT_THAT([] { bundled("digit"); }, ThrowsMessage<StudyError>("no data set 'digit'; did you mean 'digits'?"));
}

TEST(Bundled, MissingFileIsNamedAndIsNotTheStudysFault) {
  EXPECT_THAT([] { bundled("digits", "/nowhere/data"); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("'digits'"), HasSubstr("/nowhere/data/digits.csv"))));
  try {
    bundled("digits", "/nowhere/data");
  } catch (const std::exception& error) {
    EXPECT_EQ(dynamic_cast<const StudyError*>(&error), nullptr);
  }
}

}  // namespace
}  // namespace pegbox

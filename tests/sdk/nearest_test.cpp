#include <gmock/gmock.h>

#include <pegbox/nearest.hpp>

namespace pegbox {
namespace {

const std::vector<std::string> kKnown = {"learning_rate", "batch_size", "momentum", "layers"};

TEST(Nearest, FindsSlips) {
  EXPECT_EQ(nearest("learning_rat", kKnown), "learning_rate");    // one missing
  EXPECT_EQ(nearest("learningg_rate", kKnown), "learning_rate");  // one too many
  EXPECT_EQ(nearest("butch_size", kKnown), "batch_size");         // one wrong
  EXPECT_EQ(nearest("alyers", kKnown), "layers");                 // two swapped
  EXPECT_EQ(nearest("momnetmu", kKnown), "momentum");             // twice two swapped
}

TEST(Nearest, KeepsToAThirdOfTheName) {
  const std::vector<std::string> known = {"abcdef"};
  EXPECT_EQ(nearest("abcdxy", known), "abcdef");
  EXPECT_EQ(nearest("abcxyz", known), "");
  EXPECT_EQ(nearest("weight_decay", kKnown), "");
}

TEST(Nearest, PrefersTheNearer) {
  const std::vector<std::string> known = {"widths", "width"};
  EXPECT_EQ(nearest("widtt", known), "width");
  EXPECT_EQ(nearest("width", known), "width");
}

TEST(Nearest, TakesNoTimeOverLongNames) {
  EXPECT_EQ(nearest(std::string(1'000'000, 'a'), kKnown), "");
  EXPECT_EQ(nearest("a", std::vector<std::string>{std::string(1'000'000, 'a')}), "");
}

TEST(Suggestion, NamesTheNearOrAllInOrder) {
  EXPECT_EQ(suggestion("layer", kKnown), "; did you mean 'layers'?");
  EXPECT_EQ(suggestion("weight_decay", kKnown), "; known are batch_size, layers, learning_rate, momentum");
  EXPECT_EQ(suggestion("weight_decay", {}), "; none is known");
}

}  // namespace
}  // namespace pegbox

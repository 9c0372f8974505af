#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/settings.hpp>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<Setting> kDeclared = {{"points", Integer{0, 1000}, 0, "how many"},
                                        {"sampler", Text{}, std::string("random"), "who proposes"},
                                        {"spread", Real{0, 1}, 0.5, "how wide"},
                                        {"greedy", Boolean{}, false, "whether"}};

auto refuses(const Params& given, const std::string& a, const std::string& b) {
  return [=] {
    EXPECT_THAT([&] { resolve("strategy 'grid'", kDeclared, given); },
                ThrowsMessage<StudyError>(AllOf(HasSubstr("strategy 'grid'"), HasSubstr(a), HasSubstr(b))));
  };
}

TEST(Settings, AreTheDefaultsWhereNothingIsGiven) {
  EXPECT_EQ(resolve("strategy 'grid'", kDeclared, {}),
            Settings({{"points", 0}, {"sampler", std::string("random")}, {"spread", 0.5}, {"greedy", false}}));
}

TEST(Settings, TakeWhatIsGivenInTheirOwnType) {
  const Settings settings =
      resolve("strategy 'grid'", kDeclared, {{"points", 7.0}, {"spread", 1}, {"sampler", std::string("tpe")}});
  EXPECT_EQ(settings.at("points"), Value(std::int64_t{7}));
  EXPECT_EQ(settings.at("spread"), Value(1.0));
  EXPECT_EQ(settings.at("sampler"), Value(std::string("tpe")));
}

TEST(Settings, RefuseWhatIsUnknown) {
  refuses({{"pionts", 3}}, "has no setting 'pionts'", "did you mean 'points'?")();
  refuses({{"temperature", 3}}, "has no setting 'temperature'", "known are greedy, points, sampler, spread")();
  EXPECT_THAT(
      [] {
        resolve("strategy 'random'", {}, {{"points", 3}});
      },
      ThrowsMessage<StudyError>("strategy 'random' has no settings, so 'points' is not one"));
}

TEST(Settings, RefuseWhatDoesNotFit) {
  refuses({{"points", 1001}}, "'points'", "1001 is outside 0..1000")();
  refuses({{"points", 0.5}}, "'points'", "0.5 is not a whole number")();
  refuses({{"spread", std::string("wide")}}, "'spread'", "wide is not a real number")();
  refuses({{"greedy", 1}}, "'greedy'", "1 is neither true nor false")();
  refuses({{"sampler", 3}}, "'sampler'", "is a text, not 3")();
}

TEST(Settings, AreDescribed) {
  EXPECT_EQ(to_string(kDeclared[0]), "integer 0..1000");
  EXPECT_EQ(to_string(kDeclared[1]), "text");
  EXPECT_EQ(to_string(kDeclared[2]), "real 0..1");
  EXPECT_EQ(to_string(kDeclared[3]), "true or false");
}

}  // namespace
}  // namespace pegbox

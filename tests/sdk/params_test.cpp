#include <stdexcept>

#include <gmock/gmock.h>

#include <pegbox/params.hpp>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Params kParams = {{"layers", 2}, {"rate", 0.5}, {"norm", true}, {"activation", std::string("relu")}};

TEST(Params, GivesEachTypeBack) {
  EXPECT_EQ(kParams.get<std::int64_t>("layers"), 2);
  EXPECT_EQ(kParams.get<double>("rate"), 0.5);
  EXPECT_EQ(kParams.get<bool>("norm"), true);
  EXPECT_EQ(kParams.get<std::string>("activation"), "relu");
}

TEST(Params, ReadsAWholeNumberAsReal) { EXPECT_EQ(kParams.get<double>("layers"), 2.0); }

TEST(Params, SaysWhatIsOfAnotherType) {
  EXPECT_THAT([] { kParams.get<std::int64_t>("rate"); },
              ThrowsMessage<std::invalid_argument>("'rate' is 0.5, not a whole number"));
  EXPECT_THAT([] { kParams.get<bool>("layers"); },
              ThrowsMessage<std::invalid_argument>("'layers' is 2, not true or false"));
  EXPECT_THAT([] { kParams.get<double>("norm"); },
              ThrowsMessage<std::invalid_argument>("'norm' is true, not a number"));
  EXPECT_THAT([] { kParams.get<std::string>("layers"); },
              ThrowsMessage<std::invalid_argument>("'layers' is 2, not a text"));
}

TEST(Params, SaysWhatIsMissing) {
  EXPECT_FALSE(kParams.has("momentum"));
  EXPECT_THAT([] { kParams.get<double>("momentum"); }, ThrowsMessage<std::out_of_range>(HasSubstr("'momentum'")));
  EXPECT_THAT([] { kParams.at("momentum"); }, ThrowsMessage<std::out_of_range>(HasSubstr("'momentum'")));
}

TEST(Params, AreOrderedByNameAndReplaced) {
  Params params = {{"b", 1}, {"a", 2}};
  EXPECT_EQ(params.begin()->first, "a");
  params.set("b", 3);
  EXPECT_EQ(params, Params({{"a", 2}, {"b", 3}}));
  EXPECT_EQ(params.size(), 2U);
}

}  // namespace
}  // namespace pegbox

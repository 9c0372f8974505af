#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Finished run_with(const std::string& strategy) {
  return pegbox(kRunDigits + std::vector<std::string>{"--epochs", "1", "--trials", "9", "--plugin-dir",
                                                      PEGBOX_FIXTURE_DIR, "--strategy", strategy});
}

/// The trials that a faulty strategy had got before its fault.
json trials_of(const Finished& finished) {
  const json found = result(finished);
  EXPECT_THAT(found.at("study").at("ended").get<std::string>(), HasSubstr("strategy"));
  for (const json& trial : found.at("trials")) EXPECT_EQ(trial.at("state"), "complete");
  return found.at("trials");
}

TEST(Misbehaviour, AValueOutsideOfTheSpace) {
  const Finished finished = run_with("beyond");
  EXPECT_THAT(finished, Exits(5));
  EXPECT_THAT(finished.err, AllOf(HasSubstr("'beyond'"), HasSubstr("'layers'"), HasSubstr("99")));
  EXPECT_EQ(trials_of(finished).size(), 2U);
}

TEST(Misbehaviour, AnExceptionWhenAsked) {
  const Finished finished = run_with("speechless");
  EXPECT_THAT(finished, Exits(5));
  EXPECT_THAT(finished.err, AllOf(HasSubstr("'speechless'"), HasSubstr("out of ideas")));
  EXPECT_EQ(trials_of(finished).size(), 2U);
}

TEST(Misbehaviour, WaitingForNothing) {
  const Finished finished = run_with("patient");
  EXPECT_THAT(finished, Exits(5));
  EXPECT_THAT(finished.err, AllOf(HasSubstr("'patient'"), HasSubstr("waits")));
  EXPECT_EQ(trials_of(finished).size(), 1U) << "the defaults alone";
}

}  // namespace
}  // namespace pegbox

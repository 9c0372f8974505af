#include <csignal>

#include "cli_test.hpp"

namespace pegbox {
namespace {

class Signal : public testing::TestWithParam<int> {};

TEST_P(Signal, StopsTheStudyAndKeepsItsResult) {
  Process process({.arguments = kRunDigits + std::vector<std::string>{"--trials", "1000000", "--epochs", "3"}});
  process.wait_for("trial 0 complete");
  process.signal(GetParam());
  const Finished finished = process.finish();
  EXPECT_THAT(finished, Exits(75));
  const json found = result(finished);
  EXPECT_EQ(found.at("study").at("ended"), "interrupted");
  EXPECT_EQ(found.at("trials").at(0).at("state"), "complete");
  EXPECT_TRUE(found.at("best").is_object());
}

INSTANTIATE_TEST_SUITE_P(First, Signal, testing::Values(SIGINT, SIGTERM),
                         [](const auto& one) { return one.param == SIGINT ? "SIGINT" : "SIGTERM"; });

TEST(SecondSignal, EndsAtOnce) {
  // One epoch of this takes seconds. A terminal is told when it begins.
  Process process({.arguments = {"run", "--model", "mlp", "--data", "digits", "--jobs", "1", "--set",
                                 "space.width=2048", "--set", "space.layers=4", "--set", "space.batch_size=16"},
                   .environment = {{"TERM", "xterm"}},
                   .terminal = true});
  process.wait_for("epoch 0 of 20");
  process.signal(SIGINT);
  process.wait_for("once more to stop at once");
  process.signal(SIGINT);
  const Finished finished = process.finish();
  EXPECT_THAT(finished, Exits(130));
  EXPECT_EQ(finished.out, "");
}

}  // namespace
}  // namespace pegbox

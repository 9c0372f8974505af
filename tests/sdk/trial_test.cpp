#include <gmock/gmock.h>

#include <pegbox/trial.hpp>

namespace pegbox {
namespace {

TEST(Trial, CountsItsEpochs) {
  Trial trial;
  EXPECT_EQ(trial.epochs(), 0);
  trial.reports = {{1, {}}, {2, {}}};
  EXPECT_EQ(trial.epochs(), 2);
}

TEST(Objective, CostIsMinimised) {
  EXPECT_EQ((Objective{"loss", false}.cost(0.25)), 0.25);
  EXPECT_EQ((Objective{"accuracy", true}.cost(0.25)), -0.25);
}

TEST(State, HasAWord) {
  EXPECT_EQ(to_string(State::waiting), "waiting");
  EXPECT_EQ(to_string(State::running), "running");
  EXPECT_EQ(to_string(State::paused), "paused");
  EXPECT_EQ(to_string(State::complete), "complete");
  EXPECT_EQ(to_string(State::pruned), "pruned");
  EXPECT_EQ(to_string(State::failed), "failed");
}

}  // namespace
}  // namespace pegbox

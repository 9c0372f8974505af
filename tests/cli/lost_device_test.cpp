#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Trial 0 is the default, of width 1; trial 1 has width 4.
constexpr const char* kStudy = R"(study: losing
model: losing
strategy: random
objective: accuracy
enqueue: [{width: 4}, {width: 2}, {width: 3}]
trials: 4
epochs: 200
run: {jobs: 2}
)";

class LostDevice : public CliTest {
 protected:
  LostDevice() { write("study.yaml", kStudy); }

  Finished run(const std::vector<std::string>& options, bool losing) const {
    Command command{.arguments = std::vector<std::string>{"run", "study.yaml", "--format", "json", "--plugin-dir",
                                                          PEGBOX_PLUGIN_DIR} +
                                 options,
                    .folder = folder_};
    if (losing) command.environment["LOSING"] = "1";
    return run_command(command);
  }
};

constexpr const char* kReason = "cuda:0 is lost to this process: CUDA error: device-side assert triggered";

TEST_F(LostDevice, EndsTheProcessSoThatTheNextOneGoesOn) {
  const Finished first = run({"--storage", "a.db"}, /*losing=*/true);
  EXPECT_THAT(first, Exits(75));
  EXPECT_THAT(first.err, HasSubstr(std::string("pegbox: stopped: in trial 1, ") + kReason +
                                   "; the trial counts as failed, and the study goes on when it is run again"));
  EXPECT_THAT(first.err, Not(HasSubstr("taken down"))) << "what is on a lost device cannot be freed";
  const json before = result(first);
  EXPECT_EQ(before.at("study").at("ended"), "interrupted");
  EXPECT_EQ(before.at("trials").at(0).at("state"), "paused") << "its errors are no results";
  EXPECT_EQ(before.at("trials").at(1).at("state"), "failed");
  EXPECT_EQ(before.at("trials").at(1).at("error"), kReason);
  for (std::size_t i = 2; i < before.at("trials").size(); ++i) {
    EXPECT_NE(before.at("trials").at(i).at("state"), "failed");
  }

  const Finished second = run({"--storage", "a.db"}, /*losing=*/false);
  EXPECT_THAT(second, Exits(0));
  EXPECT_THAT(second.err, HasSubstr("taken down"));
  const json after = result(second);
  ASSERT_EQ(after.at("trials").size(), 4U);
  for (const std::size_t i : {0, 2, 3}) {
    EXPECT_EQ(after.at("trials").at(i).at("state"), "complete");
    EXPECT_EQ(after.at("trials").at(i).at("epochs"), 200);
  }
  EXPECT_EQ(after.at("trials").at(1).at("error"), kReason);
}

TEST_F(LostDevice, SaysThatAStudyInMemoryEndsWithIt) {
  const Finished finished = run({"--quiet"}, /*losing=*/true);
  EXPECT_THAT(finished, Exits(75));
  EXPECT_THAT(finished.err, AllOf(HasSubstr(kReason), HasSubstr("since no --storage keeps it")));
  EXPECT_EQ(result(finished).at("trials").at(1).at("state"), "failed");
}

}  // namespace
}  // namespace pegbox

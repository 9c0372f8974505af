#include <regex>
#include <unistd.h>

#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kShortRun = kRunDigits + std::vector<std::string>{"--trials", "2", "--epochs", "2"};

TEST(Output, AReaderThatGoesIsNoFailure) {
  Process run({.arguments = kShortRun});
  run.stop_reading();
  EXPECT_THAT(run.finish(), Exits(0));
  Process doctor({.arguments = {"doctor"}});
  doctor.stop_reading();
  EXPECT_THAT(doctor.finish(), Exits(0));
}

TEST(Output, AFullDiskIs) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "there is no /dev/full";
  const Finished finished = run_command(Command{.arguments = {"version"}, .output = "/dev/full"});
  EXPECT_THAT(finished, Exits(1));
  EXPECT_THAT(finished.err, HasSubstr("standard output"));
}

TEST(Output, NeedsNoInput) {
  EXPECT_THAT(run_command(Command{.arguments = kShortRun, .input_closed = true}), Exits(0));
}

TEST(Output, IsPlainLinesInAPipe) {
  const Finished finished = run_command(Command{.arguments = kShortRun, .environment = {{"TERM", "xterm"}}});
  ASSERT_THAT(finished, Exits(0));
  for (const std::string& text : {finished.out, finished.err}) {
    EXPECT_THAT(text, AllOf(Not(HasSubstr("\r")), Not(HasSubstr("\033"))));
    EXPECT_THAT(text, testing::EndsWith("\n"));
  }
  EXPECT_THAT(finished.err, HasSubstr("trial 0 complete accuracy "));
}

TEST(Output, IsPlainLinesOnADumbTerminal) {
  const Finished finished =
      run_command(Command{.arguments = kShortRun, .environment = {{"TERM", "dumb"}}, .terminal = true});
  ASSERT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.err,
              AllOf(HasSubstr("trial 0 complete accuracy "), Not(HasSubstr("\r")), Not(HasSubstr("\033"))));
}

/// Without what moves the cursor and sets colours.
std::string plain(const std::string& text) {
  return std::regex_replace(text, std::regex("\033\\[[0-9;]*[A-Za-z]"), "");
}

TEST(Output, ATerminalShowsLinesThatMove) {
  const Finished finished =
      run_command(Command{.arguments = kShortRun, .environment = {{"TERM", "xterm"}}, .terminal = true});
  ASSERT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.err, HasSubstr("\r\033[K\033[A\033[K"));
  EXPECT_THAT(plain(finished.err), AllOf(HasSubstr("1/2 done"), HasSubstr("best accuracy "), HasSubstr(" left, "),
                                         HasSubstr(" trials/"), HasSubstr("trial 0 complete accuracy ")));
  // What is written over never wraps, and is gone at the end.
  bool any = false;
  for (std::size_t begin = 0; begin < finished.err.size();) {
    const std::size_t end = std::min(finished.err.find_first_of("\r\n", begin), finished.err.size());
    const std::string line = plain(finished.err.substr(begin, end - begin));
    constexpr std::size_t kColumns = 80;
    if (line.starts_with("[") || line.find(" gone,") != std::string::npos) {
      any = true;
      EXPECT_LT(line.size(), kColumns) << line;
    }
    begin = end + 1;
  }
  EXPECT_TRUE(any);
  EXPECT_THAT(finished.err.substr(finished.err.rfind('\r')), Not(HasSubstr("done")));
  EXPECT_TRUE(result(finished).is_object());
}

TEST(Output, HasColoursOnATerminalUnlessTheUserWantsNone) {
  const std::string colour = "\033[1;36mtrial 0 complete";
  Command command{.arguments = kShortRun, .environment = {{"TERM", "xterm"}}, .terminal = true};
  EXPECT_THAT(run_command(command).err, HasSubstr(colour));
  command.environment["NO_COLOR"] = "1";
  EXPECT_THAT(run_command(command).err, AllOf(Not(HasSubstr("\033[1;36m")), HasSubstr("trial 0 complete")));
}

TEST(Output, IsTheSameInEveryLocale) {
  const std::vector<std::string> study{"run", "--model",  "mlp", "--data",  "digits", "--trials",
                                       "2",   "--epochs", "1",   "--quiet", "--set",  "space.dropout=0.25"};
  const Finished here = pegbox(study);
  const Finished there =
      run_command(Command{.arguments = study, .environment = {{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "de_DE.UTF-8"}}});
  EXPECT_THAT(there, Exits(0));
  EXPECT_EQ(there.out, here.out);
  EXPECT_THAT(there.out, HasSubstr("0.25"));
}

}  // namespace
}  // namespace pegbox

#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "process.hpp"

namespace pegbox {

using nlohmann::json;

/// What a finished process must be: `EXPECT_THAT(pegbox({"version"}), Exits(0))`.
MATCHER_P(Exits, code, "exits with " + std::to_string(code)) { return arg.code == code; }

/// Ends with the code, says one thing on standard error and gives no result.
MATCHER_P2(Refuses, code, message, "exits with " + std::to_string(code) + " and nothing on standard output") {
  return arg.code == code && arg.out.empty() && testing::Matches(message)(arg.err);
}

/// The result of `run`, as JSON; a null where it is none.
inline json result(const Finished& finished) {
  json parsed = json::parse(finished.out, nullptr, /*allow_exceptions=*/false);
  EXPECT_TRUE(parsed.is_object()) << "standard output: " << finished.out << "\nstandard error: " << finished.err;
  return parsed.is_object() ? parsed : json();
}

inline std::vector<std::string> operator+(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Trials as far as they are the same each time.
inline json without_seconds(json trials) {
  for (json& trial : trials) trial.erase("seconds");
  return trials;
}

/// A small study on the digits whose result is JSON.
inline const std::vector<std::string> kRunDigits{"run",      "--model", "mlp",    "--data", "digits",
                                                 "--format", "json",    "--jobs", "2"};

/// A folder for one test, empty at its begin.
class CliTest : public testing::Test {
 protected:
  CliTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(info->test_suite_name()) + '_' + info->name();
    for (char& letter : name) letter = letter == '/' ? '_' : letter;
    folder_ = std::filesystem::path(testing::TempDir()) / ("pegbox_" + name + '_' + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~CliTest() override { std::filesystem::remove_all(folder_); }

  /// Runs in the folder.
  Finished here(std::vector<std::string> arguments) const {
    return run_command(Command{.arguments = std::move(arguments), .folder = folder_});
  }

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }

  std::filesystem::path folder_;
};

}  // namespace pegbox

#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>

#include <pegbox/plugin_error.hpp>

namespace pegbox {

inline const std::filesystem::path kBroken = PEGBOX_BROKEN_DIR;

inline std::filesystem::path broken(const std::string& name) { return kBroken / (name + ".so"); }

inline std::string contents(const std::filesystem::path& file) {
  std::string bytes(std::filesystem::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

inline void write(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// Writes over a part of a file.
inline void patch(const std::filesystem::path& file, std::uint64_t offset, const std::string& bytes) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(static_cast<std::streamoff>(offset));
  stream << bytes;
}

/// The message of the `PluginError` that a call throws; a test failure where it throws none.
template <class Function>
std::string refusal_of(const Function& function) {
  try {
    function();
  } catch (const PluginError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no PluginError";
  return {};
}

/// A folder for one test, empty at its begin.
class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("pegbox_") + info->test_suite_name() + "_" + info->name() + "_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FolderTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

}  // namespace pegbox

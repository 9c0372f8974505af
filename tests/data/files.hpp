#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "data/table.hpp"

namespace pegbox {

/// A folder for one test, with the files that it writes.
class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / ("pegbox_data_" + std::string(info->test_suite_name()) + '_' +
                                                           info->name() + '_' + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const auto file = folder_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }

  std::filesystem::path folder_;
};

/// What `StudyError` says, or nothing.
template <class Function>
std::string refusal(const Function& function) {
  try {
    function();
  } catch (const StudyError& error) {
    return error.what();
  }
  return "";
}

/// Whether a message is one sentence on one line that names the file.
MATCHER_P(NamesFile, file, "is one line that names " + std::string(file)) {
  return arg.find(file) != std::string::npos && arg.find('\n') == std::string::npos;
}

/// All bytes of the inputs.
inline std::vector<int> bytes_of(const Part& part) {
  const auto bytes = part.inputs.bytes();
  return {bytes.begin(), bytes.end()};
}

inline std::vector<float> floats_of(const Part& part) {
  const auto floats = part.inputs.floats();
  return {floats.begin(), floats.end()};
}

/// 0, 1, 2, … as bytes.
inline std::string counting(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i);
  return bytes;
}

}  // namespace pegbox

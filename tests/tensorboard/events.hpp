#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

namespace pegbox {

/// A field of a message of Protocol Buffers.
struct MessageField {
  int number = 0;
  std::uint64_t varint = 0;  ///< or the bits of a fixed number
  std::string bytes;         ///< of a text, bytes or a message
};

/// The fields of a message in their order. Throws `std::runtime_error` where it is none.
std::vector<MessageField> fields_of(std::string_view message);

/// The bytes of the only field of that number. Throws the same where it is not the only one.
std::string only_field(std::string_view message, int number);

/// What one event says.
struct ReadEvent {
  double time = 0;
  std::int64_t step = 0;
  std::string version;
  bool start = false;
  std::map<std::string, float> scalars;
  std::string tag;   ///< of a plug-in's data
  std::string data;  ///< a plug-in's
};

/// The events of a file, whose lengths and checksums hold. Throws the same where they do not.
std::vector<ReadEvent> read_events(const std::filesystem::path& file);

/// The names of all in a folder, in order.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// A folder for one test.
class FolderTest : public testing::Test {
 protected:
  FolderTest();
  ~FolderTest() override;

  std::filesystem::path folder_;
};

}  // namespace pegbox

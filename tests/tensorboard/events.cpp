#include "events.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tensorboard/record.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

std::string_view taken(std::string_view& bytes, std::size_t size) {
  if (bytes.size() < size) throw std::runtime_error("cut off");
  const std::string_view front = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return front;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) number = number << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return number;
}

std::uint64_t varint(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(taken(bytes, 1).front());
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return number;
  }
}

MessageField field(std::string_view& message) {
  const std::uint64_t key = varint(message);
  MessageField result;
  result.number = static_cast<int>(key >> 3U);
  switch (key & 7U) {
    case 0:
      result.varint = varint(message);
      return result;
    case 1:
      result.varint = little_endian(taken(message, 8));
      return result;
    case 2:
      result.bytes = taken(message, varint(message));
      return result;
    case 5:
      result.varint = little_endian(taken(message, 4));
      return result;
    default:
      throw std::runtime_error("an unknown type of field");
  }
}

void read_value(const std::string& message, ReadEvent& event) {
  const std::string tag = only_field(message, 1);
  for (const MessageField& one : fields_of(message)) {
    if (one.number == 2) event.scalars[tag] = std::bit_cast<float>(static_cast<std::uint32_t>(one.varint));
    if (one.number != 9) continue;
    event.tag = tag;
    event.data = only_field(only_field(one.bytes, 1), 2);
  }
}

ReadEvent event_of(std::string_view message) {
  ReadEvent event;
  for (const MessageField& one : fields_of(message)) {
    if (one.number == 1) event.time = std::bit_cast<double>(one.varint);
    if (one.number == 2) event.step = static_cast<std::int64_t>(one.varint);
    if (one.number == 3) event.version = one.bytes;
    if (one.number == 7) event.start = fields_of(one.bytes).at(0).varint == 1;
    if (one.number != 5) continue;
    for (const MessageField& value : fields_of(one.bytes)) read_value(value.bytes, event);
  }
  return event;
}

}  // namespace

std::vector<MessageField> fields_of(std::string_view message) {
  std::vector<MessageField> fields;
  while (!message.empty()) fields.push_back(field(message));
  return fields;
}

std::string only_field(std::string_view message, int number) {
  std::vector<MessageField> fields = fields_of(message);
  std::erase_if(fields, [&](const MessageField& one) { return one.number != number; });
  if (fields.size() != 1) throw std::runtime_error("not one field " + std::to_string(number));
  return fields.front().bytes;
}

std::vector<ReadEvent> read_events(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(stream), {}};
  std::vector<ReadEvent> events;
  for (std::string_view rest = all; !rest.empty();) {
    const std::uint64_t length = little_endian(rest.substr(0, 8));
    std::string_view record = taken(rest, 8 + 4 + length + 4);
    const std::string_view data = record.substr(12, length);
    if (record != tf_record(data)) throw std::runtime_error("a checksum is wrong");
    events.push_back(event_of(data));
  }
  return events;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

FolderTest::FolderTest() {
  std::string pattern = (fs::temp_directory_path() / "pegbox_tensorboard_XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
}

FolderTest::~FolderTest() { fs::remove_all(folder_); }

}  // namespace pegbox

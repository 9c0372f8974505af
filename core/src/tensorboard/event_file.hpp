#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>

namespace pegbox {

/// One of the files with TensorBoard's events in a folder, which TensorBoard reads by name, one after the other. Each
/// event is there for readers as soon as it is added. One writer of a folder at a time.
class EventFile {
 public:
  static constexpr std::int64_t kAddsOnly = std::numeric_limits<std::int64_t>::max();

  /// Creates the folder where there is none, and in it a file after all that are there. `step`: what those say of this
  /// step and later ones is replaced. Throws `std::filesystem::filesystem_error`.
  EventFile(const std::filesystem::path& folder, double time, std::int64_t step = kAddsOnly);

  /// Adds the bytes of one event. Throws the same.
  void add(std::string_view event);

 private:
  void write(std::string_view bytes);

  std::filesystem::path path_;
  std::ofstream file_;
};

/// How many files with events are in the folder; 0 where there is no folder.
std::size_t count_event_files(const std::filesystem::path& folder);

/// Whether an event of that tag is in one of the folder's files.
bool holds_event(const std::filesystem::path& folder, std::string_view tag);

}  // namespace pegbox

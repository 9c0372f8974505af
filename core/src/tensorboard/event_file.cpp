#include "event_file.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <iterator>
#include <string>
#include <system_error>

#include "event.hpp"
#include "numbered.hpp"
#include "record.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// TensorBoard takes each file with this in its name for one of events.
constexpr std::string_view kMark = "tfevents";

/// Numbered, so that the order of names is that of writing whatever the clock says.
std::string name_of(std::size_t number) {
  return "events.out." + std::string(kMark) + '.' + numbered(number) + ".pegbox";
}

/// Calls with the path of each file with events, until a call returns true; whether one did.
bool any_file(const fs::path& folder, const std::function<bool(const fs::path&)>& call) {
  if (!fs::is_directory(folder)) return false;
  return std::ranges::any_of(fs::directory_iterator(folder), [&](const fs::directory_entry& entry) {
    const bool named_so = entry.path().filename().string().find(kMark) != std::string::npos;
    return named_so && entry.is_regular_file() && call(entry.path());
  });
}

bool holds(const fs::path& path, std::string_view text) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return bytes.find(text) != std::string::npos;
}

}  // namespace

EventFile::EventFile(const fs::path& folder, double time, std::int64_t step) {
  fs::create_directories(folder);
  path_ = folder / name_of(count_event_files(folder) + 1);
  errno = 0;
  file_.open(path_, std::ios::binary | std::ios::app);
  if (!file_) throw fs::filesystem_error("cannot create", path_, std::error_code(errno, std::generic_category()));
  // The readers take the first start of a folder for its beginning, and only later ones for a restart.
  write(tf_record(version_event(time)) + tf_record(start_event(time, step)));
}

void EventFile::add(std::string_view event) { write(tf_record(event)); }

void EventFile::write(std::string_view bytes) {
  errno = 0;
  if (file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) return;
  throw fs::filesystem_error("cannot write", path_, std::error_code(errno, std::generic_category()));
}

std::size_t count_event_files(const fs::path& folder) {
  std::size_t count = 0;
  any_file(folder, [&](const fs::path&) {
    ++count;
    return false;
  });
  return count;
}

bool holds_event(const fs::path& folder, std::string_view tag) {
  return any_file(folder, [&](const fs::path& path) { return holds(path, tag); });
}

}  // namespace pegbox

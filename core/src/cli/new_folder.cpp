#include "new_folder.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

#include "usage_error.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

std::runtime_error not_made(const fs::path& folder, const std::string& why) {
  return std::runtime_error("folder " + folder.string() + " cannot be made: " + why);
}

/// Says in words of the user's what a rename would not.
void expect_free(const fs::path& folder) {
  std::error_code error;
  const fs::path above = folder.parent_path();
  if (!above.empty() && !fs::is_directory(above, error)) {
    throw UsageError("there is no folder '" + above.string() + "' to make '" + folder.filename().string() + "' in");
  }
  const auto status = fs::symlink_status(folder, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) {
    throw UsageError(folder.string() + " is there already and is no folder; name another by -o DIR");
  }
  if (!fs::is_empty(folder, error)) {
    throw UsageError("folder " + folder.string() + " is there already and is not empty; name another by -o DIR");
  }
  if (fs::equivalent(folder, fs::current_path(), error)) {
    throw UsageError("the folder that you are in cannot be replaced; name one inside of it by -o DIR");
  }
}

/// A folder beside the one that it is to become. What is never placed is removed.
class FolderDraft {
 public:
  explicit FolderDraft(const fs::path& folder)
      : folder_(folder), draft_(folder.string() + ".new-" + std::to_string(getpid())) {
    std::error_code error;
    fs::create_directory(draft_, error);
    if (error) throw not_made(folder_, error.message());
  }
  ~FolderDraft() {
    std::error_code error;
    fs::remove_all(draft_, error);
  }
  FolderDraft(const FolderDraft&) = delete;
  FolderDraft& operator=(const FolderDraft&) = delete;

  void write(const fs::path& path, const std::string& text) const {
    std::error_code error;
    fs::create_directories((draft_ / path).parent_path(), error);
    std::ofstream stream(draft_ / path, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) throw not_made(folder_, std::strerror(errno));
  }

  void place() const {
    std::error_code error;
    fs::rename(draft_, folder_, error);
    if (error) throw not_made(folder_, error.message());
  }

 private:
  fs::path folder_, draft_;
};

}  // namespace

void make_folder(const fs::path& folder, const std::map<std::string, std::string>& files) {
  const fs::path bare = folder.has_filename() ? folder : folder.parent_path();  // without a slash at its end
  expect_free(bare);
  const FolderDraft draft(bare);
  for (const auto& [path, text] : files) draft.write(path, text);
  draft.place();
}

}  // namespace pegbox

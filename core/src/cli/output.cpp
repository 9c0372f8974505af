#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace pegbox {
namespace {

namespace fs = std::filesystem;

std::runtime_error not_written(const fs::path& file, const std::string& why) {
  return std::runtime_error(file.string() + " cannot be written: " + why);
}

void write_whole(const std::string& text, const fs::path& file, const fs::path& named) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream) throw not_written(named, std::strerror(errno));
}

/// Where a link leads.
fs::path real_of(const fs::path& file) {
  std::error_code error;
  return fs::is_symlink(file, error) ? fs::weakly_canonical(file) : file;
}

/// A text beside the file that it is to become. What is never placed is removed.
class Draft {
 public:
  explicit Draft(const Output& output) : named_(output.file), real_(real_of(named_)) {
    draft_ = real_.string() + ".new-" + std::to_string(getpid());
    try {
      write_whole(output.text, draft_, named_);
    } catch (...) {
      remove();
      throw;
    }
  }
  ~Draft() { remove(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void place() const {
    std::error_code error;
    fs::rename(draft_, real_, error);
    if (error) throw not_written(named_, error.message());
  }

 private:
  void remove() const noexcept {
    std::error_code error;
    fs::remove(draft_, error);
  }

  fs::path named_, real_, draft_;
};

/// A device or a pipe would be replaced by a file.
bool is_stream(const fs::path& file) {
  std::error_code error;
  return fs::exists(file, error) && !fs::is_regular_file(file, error) && !fs::is_directory(file, error);
}

}  // namespace

std::string name_of_file(const std::string& study, const std::string& ending) {
  std::string name = study + ending;
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

void write_output(const std::string& text, const fs::path& file) {
  if (file.empty()) {
    std::cout << text;
  } else if (is_stream(file)) {
    write_whole(text, file, file);
  } else {
    write_outputs({{file, text}});
  }
}

void write_outputs(const std::vector<Output>& outputs) {
  std::deque<Draft> drafts;  // they do not move
  for (const Output& output : outputs) drafts.emplace_back(output);
  for (const Draft& draft : drafts) draft.place();
}

}  // namespace pegbox

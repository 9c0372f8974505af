#include "output.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace pegbox {
namespace {

namespace fs = std::filesystem;

void write_whole(const std::string& text, const fs::path& file) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream) throw std::runtime_error(file.string() + " cannot be written: " + std::strerror(errno));
}

}  // namespace

void write_output(const std::string& text, const fs::path& file) {
  if (file.empty()) {
    std::cout << text;
    return;
  }
  std::error_code error;
  // A device or a pipe would be replaced by a file.
  if (fs::exists(file, error) && !fs::is_regular_file(file, error)) return write_whole(text, file);
  const fs::path real = fs::is_symlink(file, error) ? fs::weakly_canonical(file) : file;
  const fs::path draft = real.string() + ".new-" + std::to_string(getpid());
  try {
    write_whole(text, draft);
    fs::rename(draft, real);
  } catch (const std::exception&) {
    fs::remove(draft, error);
    throw;
  }
}

}  // namespace pegbox

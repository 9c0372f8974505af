#include "sealed_file.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <boost/crc.hpp>

namespace pegbox {
namespace {

namespace fs = std::filesystem;

// The file: a magic line, the number of bytes (8 bytes, lowest first), their CRC-32 (4 bytes, lowest first), the bytes.
constexpr std::string_view kMagic = "pegbox sealed file 1\n";
constexpr std::size_t kLengthSize = 8;
constexpr std::size_t kChecksumSize = 4;
constexpr std::size_t kHeaderSize = kMagic.size() + kLengthSize + kChecksumSize;

[[noreturn]] void fail(const char* what, const fs::path& file, int error) {
  throw fs::filesystem_error(what, file, std::error_code(error, std::generic_category()));
}

/// The result of a call of the system, made again where a signal cut it short.
template <class Call>
auto uncut(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// An open file or folder.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) {
    constexpr int kMode = 0644;  // less the umask
    number_ = uncut([&] { return ::open(path.c_str(), flags | O_CLOEXEC, kMode); });
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return number_ >= 0; }
  int number() const { return number_; }

  /// Some file systems say only here that a write failed. What a signal cuts short is closed all the same.
  bool close() {
    const int result = ::close(number_);
    number_ = -1;
    return result == 0 || errno == EINTR;
  }

 private:
  int number_;
};

fs::path temporary_of(const fs::path& file) {
  fs::path result = file;
  return result += ".part";
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : "."; }

void put(std::string& text, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(number >> (8 * i) & 0xFFU);
}

std::uint64_t taken(std::string_view& text, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  text.remove_prefix(size);
  return number;
}

std::uint32_t checksum(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::string header(std::string_view bytes) {
  std::string text(kMagic);
  put(text, bytes.size(), kLengthSize);
  put(text, checksum(bytes), kChecksumSize);
  return text;
}

bool write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = uncut([&] { return ::write(file.number(), bytes.data(), bytes.size()); });
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Up to `size` bytes, fewer where the file ends. `path` is for the message.
std::string read_up_to(const Descriptor& file, std::size_t size, const fs::path& path) {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = uncut([&] { return ::read(file.number(), bytes.data() + filled, size - filled); });
    if (count < 0) fail("cannot read", path, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

bool sync(const Descriptor& file) {
  return uncut([&] { return ::fsync(file.number()); }) == 0;
}

/// A file system that cannot sync a folder says EINVAL, and keeps renames in its own way.
bool sync_folder(const Descriptor& folder) { return sync(folder) || errno == EINVAL; }

void write_temporary(const fs::path& path, std::string_view bytes) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.valid()) fail("cannot create", path, errno);
  if (write_all(file, header(bytes)) && write_all(file, bytes) && sync(file) && file.close()) return;
  const int error = errno;
  ::unlink(path.c_str());
  fail("cannot write", path, error);
}

}  // namespace

void write_sealed(const fs::path& file, std::string_view bytes) {
  const fs::path folder_path = folder_of(file);
  const fs::path temporary = temporary_of(file);
  const Descriptor folder(folder_path, O_RDONLY | O_DIRECTORY);
  if (!folder.valid()) fail("cannot open folder", folder_path, errno);
  write_temporary(temporary, bytes);
  if (::rename(temporary.c_str(), file.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    fail("cannot replace", file, error);
  }
  if (!sync_folder(folder)) fail("cannot sync folder", folder_path, errno);
}

std::optional<std::string> read_sealed(const fs::path& file) {
  const Descriptor opened(file, O_RDONLY);
  if (!opened.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    fail("cannot open", file, errno);
  }
  const std::string head = read_up_to(opened, kHeaderSize, file);
  if (head.size() < kHeaderSize || !head.starts_with(kMagic)) return {};
  std::string_view numbers = std::string_view(head).substr(kMagic.size());
  const std::uint64_t length = taken(numbers, kLengthSize);
  const std::uint64_t sum = taken(numbers, kChecksumSize);
  // What the file says of itself is believed only where the file is as long.
  const off_t end = ::lseek(opened.number(), 0, SEEK_END);
  if (end < 0 || ::lseek(opened.number(), static_cast<off_t>(kHeaderSize), SEEK_SET) < 0)
    fail("cannot read", file, errno);
  if (length != static_cast<std::uint64_t>(end) - kHeaderSize) return {};
  std::string bytes = read_up_to(opened, length, file);
  if (bytes.size() != length || checksum(bytes) != sum) return {};
  return bytes;
}

void remove_sealed(const fs::path& file) noexcept {
  ::unlink(file.c_str());
  ::unlink(temporary_of(file).c_str());
}

}  // namespace pegbox

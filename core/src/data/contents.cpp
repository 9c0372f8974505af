#include "contents.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include <pegbox/error.hpp>

namespace pegbox {
namespace {

/// An open file, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

std::string reason(int error) { return std::generic_category().message(error); }

/// Null where the system does not map it.
std::shared_ptr<std::uint8_t> mapped(const Descriptor& file, std::size_t bytes, int protection, int flags) {
  void* const place = ::mmap(nullptr, bytes, protection, flags, file.number(), 0);
  if (place == MAP_FAILED) return nullptr;
  return {static_cast<std::uint8_t*>(place), [bytes](std::uint8_t* begin) { ::munmap(begin, bytes); }};
}

std::string temporary_folder() {
  const char* const folder = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

std::shared_ptr<std::uint8_t> room_on_disk(std::size_t bytes) {
  const std::string folder = temporary_folder();
  const auto refuse = [&](int error) {
    throw std::runtime_error("cannot make a temporary file of " + std::to_string(bytes) + " bytes in '" + folder +
                             "': " + reason(error) + "; TMPDIR names another folder");
  };
  std::string name = folder + "/pegbox.XXXXXX";
  const Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file.number() < 0) refuse(errno);
  ::unlink(name.c_str());
  // All of it now, since a full disk would end the process when a page is written.
  if (const int error = ::posix_fallocate(file.number(), 0, static_cast<off_t>(bytes)); error != 0) refuse(error);
  auto room = mapped(file, bytes, PROT_READ | PROT_WRITE, MAP_SHARED);
  if (!room) refuse(errno);
  return room;
}

}  // namespace

Contents map_file(const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& why) { throw StudyError("cannot read '" + file.string() + "': " + why); };
  const Descriptor open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (open.number() < 0) refuse(reason(errno));
  struct stat status {};
  if (::fstat(open.number(), &status) != 0) refuse(reason(errno));
  if (!S_ISREG(status.st_mode)) refuse(S_ISDIR(status.st_mode) ? reason(EISDIR) : "it is no ordinary file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return {};
  const auto bytes = mapped(open, size, PROT_READ, MAP_PRIVATE);
  if (!bytes) refuse(reason(errno));
  return {bytes, {bytes.get(), size}};
}

std::shared_ptr<std::uint8_t> make_room(std::size_t bytes, std::size_t most_in_memory) {
  if (bytes > most_in_memory) return room_on_disk(bytes);
  const std::shared_ptr<std::uint8_t[]> room(new std::uint8_t[bytes]);
  return {room, room.get()};
}

}  // namespace pegbox

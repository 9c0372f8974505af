#include "study_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <pegbox/store_error.hpp>

namespace pegbox {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUnnamed = "another process";

/// An open file, closed at the end of its scope unless it is let go.
class File {
 public:
  File(const fs::path& path, int flags) : descriptor_(open(path.c_str(), flags | O_CLOEXEC, kMode)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }
  int let_go() { return std::exchange(descriptor_, -1); }

 private:
  static constexpr mode_t kMode = 0666;
  int descriptor_;
};

fs::path lock_file(const fs::path& folder) { return folder / "lock"; }

fs::path host_file(const fs::path& folder, const StoredStudy& study) {
  return folder / ("host-" + std::to_string(study.id));
}

/// The study's own byte of the lock file, in the form that fcntl takes.
struct flock byte_of(const StoredStudy& study) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = study.id;
  lock.l_len = 1;
  return lock;
}

StoreError not_writable(const fs::path& folder, const std::string& why) {
  return StoreError("the folder " + folder.string() +
                    ", where the lock of a running study is kept, cannot be written: " + why +
                    "; make it writable, or keep the study elsewhere");
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "unknown";
  return name.data();
}

/// Renamed into place, so that nobody reads half of it.
void write_host(const fs::path& folder, const StoredStudy& study) {
  const fs::path file = host_file(folder, study);
  const fs::path draft = file.string() + ".new";
  std::ofstream stream(draft, std::ios::trunc);
  stream << getpid() << ' ' << host_name() << '\n';
  stream.close();
  if (!stream) throw not_writable(folder, std::strerror(errno));
  std::error_code error;
  fs::rename(draft, file, error);
  if (error) throw not_writable(folder, error.message());
}

/// Who wrote the file beside the lock: for a moment after the lock was got there is none, or the former holder's.
std::string read_host(const fs::path& folder, const StoredStudy& study) {
  std::ifstream stream(host_file(folder, study));
  long process = 0;
  std::string host;
  if (!(stream >> process >> host)) return kUnnamed;
  return "process " + std::to_string(process) + " on host " + host;
}

}  // namespace

fs::path side_folder(const fs::path& storage) {
  std::error_code error;
  // One database has one folder, by whatever link it is reached.
  const fs::path real = fs::is_symlink(storage, error) ? fs::weakly_canonical(storage, error) : storage;
  return (error || real.empty() ? storage : real).string() + ".pegbox";
}

StudyLock::StudyLock(const fs::path& storage, const StoredStudy& study) {
  const fs::path folder = side_folder(storage);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw not_writable(folder, error.message());
  File file(lock_file(folder), O_RDWR | O_CREAT);
  if (file.descriptor() < 0) throw not_writable(folder, std::strerror(errno));
  struct flock lock = byte_of(study);
  if (fcntl(file.descriptor(), F_OFD_SETLK, &lock) != 0) {
    if (errno != EAGAIN && errno != EACCES) {
      throw StoreError("the file " + lock_file(folder).string() + " cannot be locked: " + std::strerror(errno) +
                       "; keep the study on a disk of this machine");
    }
    throw StoreError("study '" + study.name + "' in " + storage.string() + " is being run by " +
                     read_host(folder, study) + "; wait for it, or stop it");
  }
  write_host(folder, study);
  file_ = file.let_go();
}

StudyLock::~StudyLock() { close(file_); }

std::optional<std::string> study_holder(const fs::path& storage, const StoredStudy& study) {
  const fs::path folder = side_folder(storage);
  const File file(lock_file(folder), O_RDONLY);
  if (file.descriptor() < 0) return {};
  struct flock lock = byte_of(study);
  if (fcntl(file.descriptor(), F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return {};
  return read_host(folder, study);
}

}  // namespace pegbox

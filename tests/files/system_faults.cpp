#include "system_faults.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace pegbox {
namespace {

SystemFaults* active = nullptr;

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool fails(const char* name) { return active != nullptr && active->fails(name); }

}  // namespace

SystemFaults::SystemFaults(int call, int error, std::size_t most) : call_(call), error_(error), most_(most) {
  active = this;
}

SystemFaults::~SystemFaults() { active = nullptr; }

bool SystemFaults::fails(const char* name) {
  calls_.emplace_back(name);
  if (static_cast<int>(calls_.size()) != call_) return false;
  errno = error_;
  return true;
}

}  // namespace pegbox

// The program's own definitions come before the system's.
extern "C" {

__attribute__((visibility("default"))) int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  if (pegbox::fails("open")) return -1;
  return pegbox::next<int(const char*, int, ...)>("open")(path, flags, mode);
}

__attribute__((visibility("default"))) ssize_t write(int file, const void* bytes, size_t size) {
  if (pegbox::fails("write")) return -1;
  if (pegbox::active != nullptr) size = std::min(size, pegbox::active->most());
  return pegbox::next<ssize_t(int, const void*, size_t)>("write")(file, bytes, size);
}

__attribute__((visibility("default"))) int fsync(int file) {
  if (pegbox::fails("fsync")) return -1;
  return pegbox::next<int(int)>("fsync")(file);
}

__attribute__((visibility("default"))) int close(int file) {
  // What fails here is closed all the same, as the system does it.
  const int result = pegbox::next<int(int)>("close")(file);
  return pegbox::fails("close") ? -1 : result;
}

__attribute__((visibility("default"))) int rename(const char* from, const char* to) {
  if (pegbox::fails("rename")) return -1;
  return pegbox::next<int(const char*, const char*)>("rename")(from, to);
}
}

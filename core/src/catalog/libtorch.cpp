#include "libtorch.hpp"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>

#include "folders.hpp"
#include "stamp.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// Empty where it is not set. No thread changes the environment.
fs::path environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? fs::path() : fs::path(value);
}

fs::path cache() {
  const fs::path cache = environment("XDG_CACHE_HOME");
  return cache.empty() ? environment("HOME") / ".cache" : cache;
}

bool loads(const fs::path& folder) {
  const fs::path library = folder / "libtorch_cpu.so";
  std::error_code error;
  return fs::exists(library, error) && dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr;
}

}  // namespace

std::vector<fs::path> libtorch_folders() {
  std::vector<fs::path> folders;
  const fs::path fetched = cache() / "pegbox" / ("libtorch-" + host_stamp().libtorch + "-x86_64");
  for (const fs::path& root : {environment("LIBTORCH"), library_folder() / "libtorch", fetched}) {
    if (root.empty()) continue;
    // As cmake/FindLibTorch.cmake takes it: the folder of include/ and lib/, the one above it, or one within.
    for (const char* place : {"lib", "torch/lib", "../../lib"}) folders.push_back(root / place);
  }
  return folders;
}

bool load_libtorch() { return std::ranges::any_of(libtorch_folders(), loads); }

std::string libtorch_advice() {
  return "'pegbox doctor --fetch' fetches LibTorch " + host_stamp().libtorch + ", LIBTORCH=DIR names one";
}

}  // namespace pegbox

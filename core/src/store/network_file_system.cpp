#include "network_file_system.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include <sys/statfs.h>

#include "study_lock.hpp"

namespace pegbox {
namespace {

struct Kind {
  std::uint32_t magic;
  const char* name;
};

/// From statfs(2), linux/magic.h and, for Lustre and GPFS, which are outside the kernel, coreutils' `stat`.
constexpr std::array kNetwork{
    Kind{0x6969, "nfs"},      Kind{0x517B, "smb"},        Kind{0xFF534D42, "smb"},
    Kind{0xFE534D42, "smb"},  Kind{0x0BD00BD0, "lustre"}, Kind{0x47504653, "gpfs"},
    Kind{0x00C36400, "ceph"}, Kind{0x5346414F, "afs"},    Kind{0x6B414653, "afs"},
};

}  // namespace

std::optional<std::string> network_file_system_name(std::uint32_t magic) {
  const auto* found =
      std::find_if(kNetwork.begin(), kNetwork.end(), [&](const Kind& kind) { return kind.magic == magic; });
  return found == kNetwork.end() ? std::nullopt : std::optional<std::string>(found->name);
}

std::optional<std::string> network_file_system(const std::filesystem::path& path) {
  std::error_code error;
  auto place = std::filesystem::absolute(path, error);
  while (!std::filesystem::exists(place, error) && place.has_relative_path()) place = place.parent_path();
  struct statfs status {};
  if (statfs(place.c_str(), &status) != 0) return {};
  return network_file_system_name(static_cast<std::uint32_t>(status.f_type));
}

}  // namespace pegbox

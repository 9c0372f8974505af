#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pegbox {

/// The name of the network file system that has this magic number (`f_type` of statfs), or nothing. FUSE does not tell
/// what is behind it, and 9p is how virtual machines and sandboxes see a disk of the machine itself: neither counts.
std::optional<std::string> network_file_system_name(std::uint32_t magic);

}  // namespace pegbox

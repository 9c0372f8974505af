#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace pegbox {

/// Bytes of a file, which are there as long as their owner.
struct Contents {
  std::shared_ptr<const void> owner;
  std::span<const std::uint8_t> bytes;
};

/// Maps a file into memory, so that the system reads of it what is looked at. It must not be cut while it is mapped.
/// Throws `StudyError` where it cannot be read.
Contents map_file(const std::filesystem::path& file);

/// Most bytes of what was decoded that are held in memory; more are held in a temporary file.
inline constexpr std::size_t kMostInMemory = std::size_t{1} << 30U;

/// Room for so many bytes, not set to anything: in memory, or above `most_in_memory` in a file without a name in
/// $TMPDIR (or /tmp) that is mapped and goes with its owner. Throws `std::runtime_error` where the disk is full.
std::shared_ptr<std::uint8_t> make_room(std::size_t bytes, std::size_t most_in_memory = kMostInMemory);

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pegbox {

/// Writes a file that is there whole or not at all, also after a power failure: a temporary file beside it, its bytes
/// and a checksum, fsync, rename, fsync of the folder. What was there stays until the rename. One writer at a time.
/// Throws `std::filesystem::filesystem_error` and leaves no temporary file behind.
void write_sealed(const std::filesystem::path& file, std::string_view bytes);

/// What `write_sealed` wrote; nothing where there is no such file, or where it is torn or was changed.
/// Throws `std::filesystem::filesystem_error` where the file is there but cannot be read.
std::optional<std::string> read_sealed(const std::filesystem::path& file);

/// Removes the file, and the temporary file of a writer that was killed. One that is not there is no error.
void remove_sealed(const std::filesystem::path& file) noexcept;

}  // namespace pegbox

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace pegbox {

/// Unpacks a gzip file from its beginning to its end. Throws `StudyError` with the file's name where it cannot be read,
/// is no gzip file, is cut or damaged.
class GzipFile {
 public:
  explicit GzipFile(const std::filesystem::path& file);

  /// Fills the bytes, or as many as there still are, and says how many. At the end of the file its checksum is looked
  /// at.
  std::size_t read(std::span<std::uint8_t> bytes);

  /// More bytes than the whole file can unpack to.
  std::size_t bound() const { return bound_; }

 private:
  struct Close {
    void operator()(void* file) const;
  };

  std::filesystem::path name_;
  std::size_t bound_ = 0;
  std::unique_ptr<void, Close> file_;  // zlib's `gzFile`
};

}  // namespace pegbox

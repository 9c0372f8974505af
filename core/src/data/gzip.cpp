#include "gzip.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <zlib.h>

#include <pegbox/error.hpp>

namespace pegbox {
namespace {

gzFile opened(void* file) { return static_cast<gzFile>(file); }

StudyError cannot_unpack(const std::filesystem::path& file, const std::string& why) {
  return StudyError("cannot unpack '" + file.string() + "': " + why);
}

}  // namespace

void GzipFile::Close::operator()(void* file) const { gzclose_r(opened(file)); }

GzipFile::GzipFile(const std::filesystem::path& file) : name_(file) {
  constexpr std::size_t kMostRatio = 1040;  // deflate makes at most 258 bytes of 2 bits
  constexpr unsigned kBuffer = 1U << 17U;
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (!error) bound_ = (static_cast<std::size_t>(size) + 1) * kMostRatio;
  if (!error) {
    errno = 0;
    file_.reset(gzopen(file.c_str(), "rbe"));
    if (!file_) error = std::error_code(errno, std::generic_category());
  }
  if (error) throw StudyError("cannot read '" + file.string() + "': " + error.message());
  gzbuffer(opened(file_.get()), kBuffer);
  if (gzdirect(opened(file_.get())) != 0) throw cannot_unpack(file, "it is no gzip file");
}

std::size_t GzipFile::read(std::span<std::uint8_t> bytes) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto wanted = static_cast<unsigned>(std::min(kPiece, bytes.size() - done));
    const int count = gzread(opened(file_.get()), bytes.data() + done, wanted);
    if (count > 0) done += static_cast<std::size_t>(count);
    if (count == static_cast<int>(wanted)) continue;
    int code = Z_OK;
    gzerror(opened(file_.get()), &code);
    if (code == Z_BUF_ERROR) throw cannot_unpack(name_, "it ends too early; get it again");
    if (count < 0) throw cannot_unpack(name_, "it is damaged; get it again");
    break;
  }
  return done;
}

}  // namespace pegbox

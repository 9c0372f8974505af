#include "files/sealed_file.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "system_faults.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::UnorderedElementsAre;

class SealedFileTest : public testing::Test {
 protected:
  SealedFileTest() {
    std::string pattern = (fs::temp_directory_path() / "pegbox_files_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = folder_ / "one.checkpoint";
  }
  ~SealedFileTest() override { fs::remove_all(folder_); }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(folder_)) result.push_back(entry.path().filename().string());
    return result;
  }

  std::string raw() const {
    std::ifstream stream(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  void set_raw(const std::string& bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }

  fs::path folder_;
  fs::path file_;
};

/// The code of the `filesystem_error` that is thrown; 0 where none is.
template <class Function>
int error_of(const Function& function) {
  try {
    function();
  } catch (const fs::filesystem_error& error) {
    return error.code().value();
  }
  return 0;
}

std::string all_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
  return bytes;
}

TEST_F(SealedFileTest, ReadsWhatWasWritten) {
  for (const std::size_t size : {0U, 1U, 255U, 100'000U}) {
    write_sealed(file_, all_bytes(size));
    EXPECT_THAT(read_sealed(file_), Optional(all_bytes(size)));
    EXPECT_THAT(names(), ElementsAre("one.checkpoint"));
  }
}

// The check value of CRC-32: "123456789" gives CBF43926 (R. Williams, "A painless guide to CRC error detection").
TEST_F(SealedFileTest, HasTheLayoutThatItSays) {
  write_sealed(file_, "123456789");
  const std::string length("\x09\0\0\0\0\0\0\0", 8);
  EXPECT_EQ(raw(), "pegbox sealed file 1\n" + length + "\x26\x39\xF4\xCB" + "123456789");
}

TEST_F(SealedFileTest, IsWrittenIntoTheCurrentFolderByItsNameAlone) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  write_sealed("one.checkpoint", "here");
  fs::current_path(before);
  EXPECT_THAT(read_sealed(file_), Optional(std::string("here")));
}

TEST_F(SealedFileTest, TheUmaskSaysWhoMayReadIt) {
  const mode_t before = umask(0027);
  write_sealed(file_, "x");
  umask(before);
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

TEST_F(SealedFileTest, AMissingOneIsNothing) {
  EXPECT_EQ(read_sealed(file_), std::nullopt);
  write_sealed(file_, "x");
  EXPECT_EQ(read_sealed(file_ / "below"), std::nullopt);
}

TEST_F(SealedFileTest, ATornOneIsNothingAtAnyLength) {
  write_sealed(file_, all_bytes(40));
  const std::string whole = raw();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    set_raw(whole.substr(0, size));
    EXPECT_EQ(read_sealed(file_), std::nullopt) << size;
    set_raw(whole.substr(0, size) + std::string(whole.size() - size, '\0'));
    EXPECT_EQ(read_sealed(file_), std::nullopt) << "zeros from " << size;
  }
  set_raw(whole + "x");
  EXPECT_EQ(read_sealed(file_), std::nullopt) << "longer";
}

TEST_F(SealedFileTest, AnyFlippedBitIsSeen) {
  write_sealed(file_, all_bytes(40));
  const std::string whole = raw();
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    set_raw(flipped);
    EXPECT_EQ(read_sealed(file_), std::nullopt) << bit;
  }
}

TEST_F(SealedFileTest, ALengthBeyondAllMemoryIsNotBelieved) {
  write_sealed(file_, "short");
  std::string bytes = raw();
  std::fill_n(bytes.begin() + 21, 8, '\xFF');
  set_raw(bytes);
  EXPECT_EQ(read_sealed(file_), std::nullopt);
}

TEST_F(SealedFileTest, WhatCannotBeReadIsAnError) {
  fs::create_directory(file_);
  EXPECT_EQ(error_of([&] { read_sealed(file_); }), EISDIR);
  const fs::path loop = folder_ / "loop";
  fs::create_symlink(loop, loop);
  EXPECT_EQ(error_of([&] { read_sealed(loop); }), ELOOP);
}

TEST_F(SealedFileTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_EQ(error_of([&] { write_sealed(folder_ / "none" / "file", "x"); }), ENOENT);
}

TEST_F(SealedFileTest, AFullDiskAtAnyCallKeepsTheOldFile) {
  write_sealed(file_, "old");
  std::vector<std::string> calls;
  {
    const SystemFaults none(0, 0);
    write_sealed(file_, "old");
    calls = none.calls();
  }
  // The folder is opened first; the last three calls come after the rename.
  ASSERT_THAT(calls, ElementsAre("open", "open", "write", "write", "fsync", "close", "rename", "fsync", "close"));
  for (int call = 1; call <= 7; ++call) {
    int seen = 0;
    {
      const SystemFaults faults(call, ENOSPC);
      seen = error_of([&] { write_sealed(file_, "new"); });
    }
    EXPECT_EQ(seen, ENOSPC) << call;
    EXPECT_THAT(read_sealed(file_), Optional(std::string("old"))) << call;
    EXPECT_THAT(names(), ElementsAre("one.checkpoint")) << call;
  }
}

TEST_F(SealedFileTest, AFolderThatFailsToSyncIsAnErrorUnlessItNeverDoes) {
  const auto error_with = [&](int error) {
    const SystemFaults faults(8, error);
    return error_of([&] { write_sealed(file_, "new"); });
  };
  EXPECT_EQ(error_with(EIO), EIO);
  EXPECT_EQ(error_with(EINVAL), 0);
  EXPECT_THAT(names(), ElementsAre("one.checkpoint"));
}

TEST_F(SealedFileTest, ASignalAtAnyCallDoesNoHarm) {
  for (const int call : {1, 2, 3, 4, 5, 6, 8}) {
    {
      const SystemFaults faults(call, EINTR);
      write_sealed(file_, std::to_string(call));
    }
    EXPECT_THAT(read_sealed(file_), Optional(std::to_string(call)));
  }
}

TEST_F(SealedFileTest, WritesOnAfterShortWrites) {
  {
    const SystemFaults faults(0, 0, 7);
    write_sealed(file_, all_bytes(100));
    EXPECT_GT(std::count(faults.calls().begin(), faults.calls().end(), "write"), 15);
  }
  EXPECT_THAT(read_sealed(file_), Optional(all_bytes(100)));
}

TEST_F(SealedFileTest, AFileSizeLimitKeepsTheOldFile) {
  write_sealed(file_, "old");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  const int seen = error_of([&] { write_sealed(file_, all_bytes(10'000)); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(seen, EFBIG);
  EXPECT_THAT(read_sealed(file_), Optional(std::string("old")));
  EXPECT_THAT(names(), ElementsAre("one.checkpoint"));
}

TEST_F(SealedFileTest, WhatAKilledWriterLeftIsWrittenOverAndRemoved) {
  const fs::path left = folder_ / "one.checkpoint.part";
  std::ofstream(left) << std::string(1000, 'x');
  EXPECT_EQ(read_sealed(file_), std::nullopt);
  write_sealed(file_, "new");
  EXPECT_THAT(read_sealed(file_), Optional(std::string("new")));
  EXPECT_THAT(names(), ElementsAre("one.checkpoint"));
  std::ofstream(left) << "x";
  EXPECT_THAT(names(), UnorderedElementsAre("one.checkpoint", "one.checkpoint.part"));
  remove_sealed(file_);
  EXPECT_THAT(names(), IsEmpty());
  remove_sealed(file_);
}

}  // namespace
}  // namespace pegbox

#include "store/study_lock.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <pegbox/store_error.hpp>

#include "store/network_file_system.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;

StoredStudy study(std::int64_t id) {
  StoredStudy study;
  study.id = id;
  study.name = "digits";
  return study;
}

std::string this_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string holder_text(pid_t process) { return "process " + std::to_string(process) + " on host " + this_host(); }

class StudyLockTest : public testing::Test {
 protected:
  StudyLockTest()
      : folder_(std::filesystem::path(testing::TempDir()) / ("pegbox_lock_" + std::to_string(getpid()))),
        storage_(folder_ / "digits.db") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~StudyLockTest() override { std::filesystem::remove_all(folder_); }

  /// Why the lock is refused, or nothing.
  std::string refusal(const StoredStudy& study, const std::filesystem::path& storage) const {
    try {
      const StudyLock lock(storage, study);
    } catch (const StoreError& error) {
      return error.what();
    }
    return {};
  }
  std::string refusal(const StoredStudy& study) const { return refusal(study, storage_); }

  std::filesystem::path folder_, storage_;
};

TEST_F(StudyLockTest, TheSideFolderHasTheStoragesName) {
  EXPECT_EQ(side_folder("digits.db"), "digits.db.pegbox");
  EXPECT_EQ(side_folder("/data/digits.db"), "/data/digits.db.pegbox");
}

TEST_F(StudyLockTest, ALinkHasTheFolderOfItsStorage) {
  std::ofstream(storage_) << "";
  std::filesystem::create_symlink(storage_, folder_ / "link.db");
  const StudyLock lock(folder_ / "link.db", study(1));
  EXPECT_THAT(refusal(study(1)), HasSubstr("is being run"));
}

TEST_F(StudyLockTest, OneHolderAtATime) {
  {
    const StudyLock lock(storage_, study(1));
    EXPECT_THAT(refusal(study(1)), AllOf(HasSubstr("study 'digits' in " + storage_.string() + " is being run by "),
                                         HasSubstr(holder_text(getpid())), HasSubstr("; wait for it, or stop it")));
  }
  EXPECT_EQ(refusal(study(1)), "");
}

TEST_F(StudyLockTest, StudiesOfOneStorageDoNotDisturbEachOther) {
  const StudyLock lock(storage_, study(1));
  EXPECT_EQ(refusal(study(2)), "");
  EXPECT_NE(refusal(study(1)), "");
}

TEST_F(StudyLockTest, TheHolderIsSeen) {
  EXPECT_EQ(study_holder(storage_, study(1)), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(side_folder(storage_)));
  {
    const StudyLock lock(storage_, study(1));
    EXPECT_EQ(study_holder(storage_, study(1)), holder_text(getpid()));
    EXPECT_EQ(study_holder(storage_, study(2)), std::nullopt);
  }
  EXPECT_EQ(study_holder(storage_, study(1)), std::nullopt);
}

TEST_F(StudyLockTest, AHolderWithoutANameIsSeenToo) {
  const StudyLock lock(storage_, study(1));
  std::filesystem::remove(side_folder(storage_) / "host-1");
  EXPECT_EQ(study_holder(storage_, study(1)), "another process");
  EXPECT_THAT(refusal(study(1)), HasSubstr("is being run by another process; "));
}

TEST_F(StudyLockTest, EndsWithItsProcessHoweverThatEnds) {
  std::array<int, 2> held{};
  ASSERT_EQ(pipe(held.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const StudyLock lock(storage_, study(1));
    const ssize_t written = write(held[1], "x", 1);
    pause();
    _exit(written == 1 ? 0 : 1);
  }
  char letter = 0;
  ASSERT_EQ(read(held[0], &letter, 1), 1);
  EXPECT_EQ(study_holder(storage_, study(1)), holder_text(child));
  EXPECT_THAT(refusal(study(1)), HasSubstr(holder_text(child)));
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_EQ(study_holder(storage_, study(1)), std::nullopt);
  EXPECT_EQ(refusal(study(1)), "");
  for (const int end : held) close(end);
}

TEST_F(StudyLockTest, TheHolderIsSeenWithoutTheRightToWrite) {
  const StudyLock lock(storage_, study(1));
  std::filesystem::permissions(side_folder(storage_) / "lock", std::filesystem::perms::owner_read);
  std::filesystem::permissions(side_folder(storage_),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_EQ(study_holder(storage_, study(1)), holder_text(getpid()));
  std::filesystem::permissions(side_folder(storage_), std::filesystem::perms::owner_all);
}

TEST_F(StudyLockTest, AFolderThatCannotBeMadeIsNamed) {
  std::ofstream(folder_ / "file") << "";
  const auto storage = folder_ / "file" / "digits.db";
  EXPECT_THAT(refusal(study(1), storage),
              AllOf(HasSubstr(side_folder(storage).string()), HasSubstr("cannot be written")));
}

TEST_F(StudyLockTest, ALockFileThatCannotBeWrittenIsNamed) {
  std::filesystem::create_directories(side_folder(storage_) / "lock");
  EXPECT_THAT(refusal(study(1)), AllOf(HasSubstr(side_folder(storage_).string()), HasSubstr("cannot be written")));
}

TEST(NetworkFileSystem, IsKnownByItsMagicNumber) {
  // From statfs(2) and linux/magic.h.
  EXPECT_EQ(network_file_system_name(0x6969), "nfs");
  EXPECT_EQ(network_file_system_name(0x517B), "smb");
  EXPECT_EQ(network_file_system_name(0xFF534D42), "smb");
  EXPECT_EQ(network_file_system_name(0xFE534D42), "smb");
  EXPECT_EQ(network_file_system_name(0x00C36400), "ceph");
  EXPECT_EQ(network_file_system_name(0x0BD00BD0), "lustre");
  EXPECT_EQ(network_file_system_name(0x47504653), "gpfs");
  EXPECT_EQ(network_file_system_name(0x5346414F), "afs");
}

TEST(NetworkFileSystem, AnyOtherIsLocal) {
  constexpr std::uint32_t kExt4 = 0xEF53, kTmpfs = 0x01021994, kOverlay = 0x794C7630, kFuse = 0x65735546;
  for (const std::uint32_t magic : {kExt4, kTmpfs, kOverlay, kFuse}) {
    EXPECT_EQ(network_file_system_name(magic), std::nullopt) << magic;
  }
}

TEST(NetworkFileSystem, APathThatIsNotThereYetIsWhereItsFolderIs) {
  // The kernel keeps /proc in memory, whatever it runs on.
  EXPECT_EQ(network_file_system("/proc/not/there/yet.db"), std::nullopt);
  EXPECT_EQ(network_file_system("not_there_yet.db"), network_file_system("."));
}

}  // namespace
}  // namespace pegbox

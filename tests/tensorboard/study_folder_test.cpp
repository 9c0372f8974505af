#include "tensorboard/study_folder.hpp"

#include <fstream>

#include <pegbox/error.hpp>

#include "events.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class StudyFolderTest : public FolderTest {
 protected:
  std::string fault(const fs::path& folder) const {
    try {
      study_folder(folder, "digits", "");
    } catch (const StudyError& error) {
      return error.what();
    }
    return "no error";
  }
};

TEST_F(StudyFolderTest, NamesThatAreNoFileNamesAreMadeSuch) {
  EXPECT_EQ(folder_name("digits"), "digits");
  EXPECT_EQ(folder_name("größe 2"), "größe 2");
  EXPECT_EQ(folder_name("a/b\\c:d*e"), "a_b_c_d_e");
  EXPECT_EQ(folder_name(std::string("a\0b\nc", 5)), "a_b_c");
  EXPECT_EQ(folder_name("a\xFF"
                        "b"),
            "a_b");
  EXPECT_EQ(folder_name(""), "_");
  EXPECT_EQ(folder_name("."), "_.");
  EXPECT_EQ(folder_name(".."), "_..");
  EXPECT_EQ(folder_name("../x"), ".._x");
  EXPECT_EQ(folder_name(std::string(300, 'x')), std::string(200, 'x'));
  EXPECT_EQ(folder_name(std::string(199, 'x') + "ü"), std::string(199, 'x')) << "no letter is cut in two";
}

TEST_F(StudyFolderTest, AStudyThatGoesOnFindsItsFolder) {
  const fs::path first = study_folder(folder_ / "deep/runs", "digits", "one");
  EXPECT_EQ(first, folder_ / "deep/runs/digits");
  EXPECT_EQ(study_folder(folder_ / "deep/runs", "digits", "two"), folder_ / "deep/runs/digits-2");
  EXPECT_EQ(study_folder(folder_ / "deep/runs", "digits", "one"), first);
  EXPECT_EQ(study_folder(folder_ / "deep/runs", "digits", "two"), folder_ / "deep/runs/digits-2");
}

TEST_F(StudyFolderTest, AStudyThatIsNotKeptGetsANewOne) {
  EXPECT_EQ(study_folder(folder_, "digits", ""), folder_ / "digits");
  EXPECT_EQ(study_folder(folder_, "digits", ""), folder_ / "digits-2");
  std::ofstream(folder_ / "digits-3") << "x";
  EXPECT_EQ(study_folder(folder_, "digits", ""), folder_ / "digits-4");
}

TEST_F(StudyFolderTest, SaysWhatCannotBeMade) {
  std::ofstream(folder_ / "file") << "x";
  EXPECT_THAT(fault(folder_ / "file"), AllOf(HasSubstr("'tensorboard'"), HasSubstr("file is a file")));
  EXPECT_THAT(fault(folder_ / "file/runs"), AllOf(HasSubstr("file/runs cannot be made"), HasSubstr("Not a directory")));
  EXPECT_THAT(fault("/proc/runs"), HasSubstr("/proc/runs cannot be made"));
}

}  // namespace
}  // namespace pegbox

#include "catalog/folders.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

namespace pegbox {
namespace {

using testing::ElementsAre;

TEST(FoldersTest, ProgramLiesInItsFolder) {
  EXPECT_TRUE(std::filesystem::equivalent(executable_folder(), PEGBOX_TEST_DIR));
  EXPECT_EQ(library_folder(), executable_folder().parent_path() / "lib" / "pegbox");
}

TEST(FoldersTest, OrderOfTheSearch) {
  setenv("PEGBOX_PLUGIN_PATH", "/c::/d/e:", 1);
  EXPECT_THAT(plugin_folders({"/a", "b"}), ElementsAre(executable_folder(), library_folder(), "/a", "b", "/c", "/d/e"));
  unsetenv("PEGBOX_PLUGIN_PATH");
  EXPECT_THAT(plugin_folders({}), ElementsAre(executable_folder(), library_folder()));
}

}  // namespace
}  // namespace pegbox

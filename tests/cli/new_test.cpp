#include <algorithm>
#include <iterator>

#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class New : public CliTest {};

TEST_F(New, MakesAProjectOfEachKind) {
  const Finished strategy = here({"new", "strategy", "my-search-2"});
  ASSERT_THAT(strategy, Exits(0));
  EXPECT_THAT(strategy.out, AllOf(HasSubstr("strategy 'my-search-2'"), HasSubstr("cd my-search-2\n")));
  EXPECT_EQ(strategy.err, "");
  EXPECT_THAT(here({"new", "pruner", "my-rule"}), Exits(0));
  EXPECT_THAT(here({"new", "model", "my-net"}), Exits(0));

  EXPECT_THAT(names_in(folder_), ElementsAre("my-net", "my-rule", "my-search-2"));
  EXPECT_THAT(names_in(folder_ / "my-search-2"),
              ElementsAre(".clang-format", ".gitignore", "CMakeLists.txt", "README.md", "my-search-2.cpp",
                          "my-search-2_test.cpp", "study.yaml"));
  EXPECT_THAT(text_of(folder_ / "my-search-2/my-search-2.cpp"),
              HasSubstr("PEGBOX_STRATEGY(MySearch2Strategy, \"my-search-2\""));
  EXPECT_THAT(text_of(folder_ / "my-rule/my-rule.cpp"), HasSubstr("PEGBOX_PRUNER(MyRulePruner, \"my-rule\""));
  EXPECT_THAT(text_of(folder_ / "my-net/my-net.cpp"), HasSubstr("PEGBOX_MODEL(MyNetModel, \"my-net\""));
}

TEST_F(New, FillsInEachFile) {
  for (const std::string kind : {"strategy", "pruner", "model"}) {
    ASSERT_THAT(here({"new", kind, "my-" + kind}), Exits(0));
    for (const auto& entry : fs::directory_iterator(folder_ / ("my-" + kind))) {
      EXPECT_THAT(text_of(entry.path()), AllOf(Not(IsEmpty()), Not(HasSubstr("@")))) << entry.path();
    }
  }
}

TEST_F(New, NamesThePackageThatItIsBuiltWith) {
  ASSERT_THAT(here({"new", "strategy", "my-search"}), Exits(0));
  const fs::path prefix = fs::canonical(fs::path(PEGBOX_BINARY).parent_path().parent_path());
  EXPECT_THAT(text_of(folder_ / "my-search/CMakeLists.txt"), HasSubstr("HINTS \"" + prefix.string() + "\")"));
  EXPECT_TRUE(fs::exists(prefix / "lib/cmake/pegbox/pegbox-config.cmake"));
}

TEST_F(New, TellsAProgramWhatItMade) {
  const json made = result(here({"new", "pruner", "my-rule", "-o", "rules/", "--format", "json"}));
  EXPECT_EQ(made.at("kind"), "pruner");
  EXPECT_EQ(made.at("name"), "my-rule");
  EXPECT_EQ(fs::path(made.at("folder").get<std::string>()).parent_path().filename(), "rules");
  EXPECT_EQ(made.at("files").get<std::vector<std::string>>(), names_in(folder_ / "rules"));
}

TEST_F(New, TakesAnEmptyFolder) {
  fs::create_directory(folder_ / "empty");
  EXPECT_THAT(here({"new", "model", "my-net", "-o", "empty"}), Exits(0));
  EXPECT_TRUE(fs::exists(folder_ / "empty/my-net.cpp"));
}

TEST_F(New, QuotesAFolderForTheShell) {
  const Finished finished = here({"new", "model", "my-net", "-o", "it's here"});
  EXPECT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.out, HasSubstr("cd 'it'\\''s here'\n"));
}

TEST_F(New, ReplacesNothing) {
  fs::create_directory(folder_ / "full");
  write("full/mine.txt", "mine");
  write("file", "mine");
  EXPECT_THAT(here({"new", "model", "full"}), Refuses(2, AllOf(HasSubstr("full"), HasSubstr("not empty"))));
  EXPECT_THAT(here({"new", "model", "my-net", "-o", "full/"}), Refuses(2, HasSubstr("not empty")));
  EXPECT_THAT(here({"new", "model", "my-net", "-o", "file"}), Refuses(2, HasSubstr("no folder")));
  EXPECT_THAT(here({"new", "model", "my-net", "-o", "."}), Refuses(2, HasSubstr("not empty")));
  EXPECT_THAT(here({"new", "model", "my-net", "-o", "no/where"}), Refuses(2, HasSubstr("no folder 'no'")));
  EXPECT_THAT(here({"new", "model", "my-net", "-o", "/proc/my-net"}), Refuses(1, HasSubstr("cannot be made")));
  EXPECT_THAT(names_in(folder_), ElementsAre("file", "full"));
  EXPECT_THAT(names_in(folder_ / "full"), ElementsAre("mine.txt"));
}

TEST_F(New, DoesNotPullTheFolderFromUnderTheUser) {
  EXPECT_THAT(here({"new", "model", "my-net", "-o", folder_.string()}),
              Refuses(2, HasSubstr("that you are in cannot be replaced")));
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(New, RefusesWhatCannotBeAName) {
  const auto refusal = [&](const std::string& name) { return here({"new", "strategy", name}); };
  EXPECT_THAT(refusal("My_Search"), Refuses(2, AllOf(HasSubstr("'My_Search'"), HasSubstr("as 'my-search'"))));
  EXPECT_THAT(refusal("2-opt"), Refuses(2, HasSubstr("as 'opt'")));
  EXPECT_THAT(refusal("../mine"), Refuses(2, HasSubstr("as 'mine'")));
  EXPECT_THAT(refusal("mine-"), Refuses(2, HasSubstr("as 'mine'")));
  EXPECT_THAT(refusal(""), Refuses(2, HasSubstr("as 'my-search'")));
  EXPECT_THAT(refusal("test"), Refuses(2, AllOf(HasSubstr("CMake"), HasSubstr("'my-test'"))));
  EXPECT_THAT(refusal(std::string(41, 'a')), Refuses(2, HasSubstr("up to 40")));
  EXPECT_THAT(refusal("random"), Refuses(2, AllOf(HasSubstr("a strategy 'random'"), HasSubstr("'my-random'"))));
  EXPECT_THAT(refusal("mlp"), Refuses(2, HasSubstr("a model 'mlp'")));
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(New, RefusesWhatIsNoPlugin) {
  EXPECT_THAT(here({"new"}), Refuses(2, HasSubstr("'new strategy NAME'")));
  EXPECT_THAT(here({"new", "strategy"}), Refuses(2, HasSubstr("'new strategy NAME'")));
  EXPECT_THAT(here({"new", "stratgy", "mine"}), Refuses(2, HasSubstr("did you mean 'strategy'")));
  EXPECT_THAT(here({"new", "strategy", "mine", "yours"}), Refuses(2, HasSubstr("'yours'")));
}

}  // namespace
}  // namespace pegbox

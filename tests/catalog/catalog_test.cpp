#include "catalog/catalog.hpp"

#include <dlfcn.h>
#include <map>

#include "fixtures.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> names(const Catalog& catalog) {
  std::vector<std::string> result;
  for (const PluginFile& plugin : catalog.plugins()) result.push_back(plugin.stamp.kind + " " + plugin.stamp.name);
  return result;
}

std::map<std::string, std::string> reasons(const Catalog& catalog) {
  std::map<std::string, std::string> result;
  for (const Refusal& refusal : catalog.refusals()) result[refusal.path.stem()] = refusal.reason;
  return result;
}

std::string needs_libtorch() {
  const std::string ours = host_stamp().libtorch;
  return "needs LibTorch 1.13.1, this host " + (ours.empty() ? "was built without" : "has " + ours);
}

TEST(CatalogTest, ListsTheGoodBesideTheBroken) {
  EXPECT_THAT(names(Catalog({kBroken})),
              ElementsAre("model throwing_model", "pruner good_pruner", "strategy foreign_throw", "strategy good",
                          "strategy missing_symbol", "strategy throwing_factory", "strategy undefined_symbol",
                          "strategy wrong_kind"));
}

TEST(CatalogTest, RefusesEachBrokenFileWithItsReason) {
  const auto found = reasons(Catalog({kBroken}));
  const std::string sdk = "built with SDK 999, this host has " + host_stamp().sdk;
  const std::string string_abi = "built with string ABI 0, this host has 1";
  const std::string compiler = "built with compiler 4.8.5, this host has " + host_stamp().compiler;
  EXPECT_THAT(
      found,
      testing::UnorderedElementsAre(
          testing::Pair("empty", "empty, not an ELF library"), testing::Pair("exits_at_load", sdk),
          testing::Pair("header_only", StartsWith("truncated or damaged")),
          testing::Pair("not_elf", "not an ELF library"), testing::Pair("other_compiler", compiler),
          testing::Pair("other_everything", sdk + "; " + string_abi + "; " + compiler + "; " + needs_libtorch()),
          testing::Pair("other_libtorch", needs_libtorch()), testing::Pair("other_sdk", sdk),
          testing::Pair("other_string_abi", string_abi), testing::Pair("truncated", StartsWith("truncated or damaged")),
          testing::Pair("two_in_one", "holds more than one plug-in")));
}

TEST(CatalogTest, NoStrangersCodeRuns) {
  // The fixture does end the process that loads it, as `find` and the search above do not.
  EXPECT_DEATH(dlopen(broken("exits_at_load").c_str(), RTLD_NOW), "");
  const Catalog catalog({kBroken});
  EXPECT_THAT(refusal_of([&] { catalog.find("strategy", "exits_at_load"); }), HasSubstr("SDK 999"));
  EXPECT_THAT(refusal_of([&] { catalog.find("strategy", broken("exits_at_load")); }), HasSubstr("SDK 999"));
}

TEST(CatalogTest, FirstOfTwoOfOneNameIsTaken) {
  const auto first = kBroken / "twins" / "first";
  const auto second = kBroken / "twins" / "second";
  const Catalog catalog({second, first});
  EXPECT_EQ(catalog.find("strategy", "twin").path, second / "twin.so");
  ASSERT_EQ(catalog.refusals().size(), 1U);
  EXPECT_EQ(catalog.refusals()[0].path, first / "twin.so");
  EXPECT_EQ(catalog.refusals()[0].reason, "strategy 'twin' was found before it in " + (second / "twin.so").string());
  EXPECT_EQ(Catalog({first, second}).find("strategy", "twin").path, first / "twin.so");
}

class CatalogFolderTest : public FolderTest {};

TEST_F(CatalogFolderTest, OneFolderOrFileGivenTwiceIsLookedAtOnce) {
  std::filesystem::create_directory_symlink(kBroken / "twins" / "first", folder_ / "again");
  std::filesystem::create_symlink(broken("good"), folder_ / "good.so");
  std::filesystem::create_symlink(broken("good"), folder_ / "same.so");
  const Catalog catalog(
      {kBroken / "twins" / "first", folder_ / "again", kBroken / "twins" / ".." / "twins" / "first", folder_, folder_});
  EXPECT_THAT(names(catalog), ElementsAre("strategy good", "strategy twin"));
  EXPECT_THAT(catalog.refusals(), IsEmpty());
}

TEST_F(CatalogFolderTest, PassesOverWhatIsNotThere) {
  const Catalog catalog({folder_ / "nowhere", "", folder_});
  EXPECT_THAT(catalog.plugins(), IsEmpty());
  EXPECT_THAT(catalog.refusals(), IsEmpty());
}

TEST_F(CatalogFolderTest, OddEntriesAreRefusalsNotErrors) {
  std::filesystem::create_directory(folder_ / "folder.so");
  std::filesystem::create_symlink(folder_ / "nowhere", folder_ / "link.so");
  std::filesystem::create_symlink("loop.so", folder_ / "loop.so");
  write(folder_ / "README", "not a library");
  write(folder_ / "file", "not a folder");
  const Catalog catalog({folder_, folder_ / "file"});
  const auto found = reasons(catalog);
  EXPECT_EQ(found.size(), 4U);
  EXPECT_EQ(found.at("folder"), "not a regular file");
  EXPECT_EQ(found.at("link"), "there is no such file");
  EXPECT_THAT(found.at("loop"), StartsWith("cannot be read: "));
  EXPECT_THAT(found.at("file"), StartsWith("cannot be searched: "));
}

/// A copy of a good library whose stamp has another text of the same length.
void copy_with(const std::filesystem::path& file, const std::string& old_text, const std::string& new_text) {
  std::string library = contents(broken("good"));
  const auto position = library.find(old_text, library.find("pegbox plug-in\n"));
  ASSERT_NE(position, std::string::npos);
  write(file, library.replace(position, old_text.size(), new_text));
}

TEST_F(CatalogFolderTest, RefusesKindsAndNamesThatNobodyCanAskFor) {
  copy_with(folder_ / "kind.so", "kind=strategy", "kind=sampler_");
  copy_with(folder_ / "slash.so", "name=good", "name=a/bc");
  copy_with(folder_ / "suffix.so", "name=good", "name=d.so");
  copy_with(folder_ / "none.so", "name=good", "name=\na=b");
  copy_with(folder_ / "fine.so", "name=good", "name=fine");
  const Catalog catalog({folder_});
  EXPECT_THAT(names(catalog), ElementsAre("strategy fine"));
  const auto found = reasons(catalog);
  EXPECT_EQ(found.at("kind"), "holds a 'sampler_', this host knows strategies, pruners and models");
  EXPECT_THAT(found.at("slash"), HasSubstr("its name 'a/bc' cannot be asked for"));
  EXPECT_THAT(found.at("suffix"), HasSubstr("its name 'd.so' cannot be asked for"));
  EXPECT_THAT(found.at("none"), HasSubstr("its name '' cannot be asked for"));
}

TEST_F(CatalogFolderTest, OneNameMayBeOfSeveralKinds) {
  copy_with(folder_ / "a.so", "kind=strategy\nname=good\nsummary=Tries", "kind=pruner\nname=good\nsummary=Tries..");
  std::filesystem::copy(broken("good"), folder_ / "b.so");
  const Catalog catalog({folder_});
  EXPECT_EQ(catalog.find("pruner", "good").path, folder_ / "a.so");
  EXPECT_EQ(catalog.find("strategy", "good").path, folder_ / "b.so");
}

TEST(FindTest, ByName) {
  const Catalog catalog({kBroken});
  EXPECT_EQ(catalog.find("strategy", "good").path, broken("good"));
  EXPECT_EQ(catalog.find("pruner", "good_pruner").stamp.summary, "Stops after two epochs");
}

TEST(FindTest, UnknownNameComesWithTheNearest) {
  const Catalog catalog({kBroken});
  EXPECT_EQ(refusal_of([&] { catalog.find("strategy", "godo"); }), "no strategy 'godo'; did you mean 'good'?");
  EXPECT_EQ(refusal_of([&] { catalog.find("pruner", "median"); }), "no pruner 'median'; known are good_pruner");
  EXPECT_THAT(refusal_of([] { Catalog({}).find("pruner", "median"); }), StartsWith("no pruner 'median'"));
}

TEST(FindTest, RefusedNameComesWithTheReason) {
  const Catalog catalog({kBroken});
  EXPECT_EQ(
      refusal_of([&] { catalog.find("strategy", "other_libtorch"); }),
      "no strategy 'other_libtorch': " + broken("other_libtorch").string() + " cannot be used: " + needs_libtorch());
  EXPECT_THAT(refusal_of([&] { catalog.find("model", "not_elf"); }),
              AllOf(HasSubstr(broken("not_elf")), HasSubstr("not an ELF library")));
  EXPECT_THAT(refusal_of([&] { catalog.find("model", "no_stamp"); }),
              AllOf(HasSubstr(broken("no_stamp")), HasSubstr("not a plug-in of pegbox (it has no section .pegbox)")));
  EXPECT_THAT(refusal_of([&] { catalog.find("model", "other_sdk"); }), testing::Not(HasSubstr("999")));
}

TEST_F(CatalogFolderTest, RefusedFileIsFoundByItsStampedNameAndWithLibInFront) {
  copy_with(folder_ / "x.so", "sdk=" + host_stamp().sdk, "sdk=" + std::string(host_stamp().sdk.size(), '0'));
  write(folder_ / "libmine.so", "text");
  const Catalog catalog({folder_});
  EXPECT_THAT(refusal_of([&] { catalog.find("strategy", "good"); }), HasSubstr("x.so cannot be used: built with SDK"));
  EXPECT_THAT(refusal_of([&] { catalog.find("strategy", "mine"); }),
              HasSubstr("libmine.so cannot be used: not an ELF"));
}

TEST(FindTest, NameOfAnotherKindIsSaid) {
  const Catalog catalog({kBroken});
  EXPECT_EQ(refusal_of([&] { catalog.find("model", "wrong_kind"); }),
            "no model 'wrong_kind': 'wrong_kind' is a strategy, not a model");
}

TEST(FindTest, OfAnyKind) {
  const Catalog catalog({kBroken});
  EXPECT_EQ(catalog.find_any("good_pruner").path, broken("good_pruner"));
  EXPECT_EQ(catalog.find_any(broken("throwing_model")).stamp.kind, "model");
  EXPECT_EQ(refusal_of([&] { catalog.find_any("godo"); }), "no plug-in 'godo'; did you mean 'good'?");
  EXPECT_THAT(refusal_of([&] { catalog.find_any("other_sdk"); }),
              AllOf(StartsWith("no plug-in 'other_sdk': "), HasSubstr("built with SDK 999")));
  EXPECT_THAT(refusal_of([&] { catalog.find_any(broken("empty")); }), HasSubstr("cannot be used: empty"));
}

TEST(FindTest, ByPath) {
  const Catalog catalog({});
  const PluginFile file = catalog.find("strategy", broken("good"));
  EXPECT_EQ(file.path, broken("good"));
  EXPECT_EQ(file.stamp.name, "good");
}

TEST(FindTest, ByPathRefusesWithTheReason) {
  const Catalog catalog({kBroken});
  const auto refusal = [&](const std::string& kind, const std::string& path) {
    return refusal_of([&] { catalog.find(kind, path); });
  };
  EXPECT_EQ(refusal("strategy", "nowhere.so"), "nowhere.so cannot be used: there is no such file");
  EXPECT_EQ(refusal("strategy", "./nowhere"), "./nowhere cannot be used: there is no such file");
  EXPECT_EQ(refusal("model", broken("wrong_kind")),
            broken("wrong_kind").string() + " cannot be used: it is a strategy, not a model");
  EXPECT_EQ(refusal("strategy", broken("no_stamp")),
            broken("no_stamp").string() + " cannot be used: not a plug-in of pegbox (it has no section .pegbox)");
  EXPECT_THAT(refusal("strategy", broken("other_compiler")), HasSubstr("built with compiler 4.8.5, this host has"));
  EXPECT_THAT(refusal("strategy", broken("two_in_one")), HasSubstr("holds more than one plug-in"));
  EXPECT_THAT(refusal("strategy", broken("truncated")), HasSubstr("truncated or damaged"));
}

}  // namespace
}  // namespace pegbox

#include "data/content_hash.hpp"

#include <set>

#include "data/contents.hpp"
#include "files.hpp"

namespace pegbox {
namespace {

Table small() {
  Table table;
  table.train = {2, Inputs(std::vector<float>{1, 2, 3, 4}), {0, 1}};
  table.test = {1, Inputs(std::vector<float>{5, 6}), {1}};
  table.shape = {2};
  table.columns = {"a", "b"};
  table.classes = {"p", "q"};
  table.groups = {0, 1};
  return table;
}

TEST(ContentHash, IsAFunctionOfWhatIsThere) {
  EXPECT_EQ(content_hash(small()), content_hash(small()));
  EXPECT_THAT(content_hash(small()), testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(ContentHash, EachPartCounts) {
  const std::vector<void (*)(Table&)> changes{
      [](Table&) {},
      [](Table& table) {
        table.train.inputs = Inputs(std::vector<float>{1, 2, 3, -4});
      },
      [](Table& table) {
        table.train.inputs = Inputs(std::vector<float>{2, 1, 3, 4});
      },
      [](Table& table) {
        table.train.inputs = Inputs(std::vector<float>{1, 2, 3});
      },
      [](Table& table) {
        table.train.inputs = Inputs(std::vector<std::uint8_t>{1, 2, 3, 4});
      },
      [](Table& table) {
        table.train.targets = {1, 0};
      },
      [](Table& table) {
        table.test.inputs = Inputs(std::vector<float>{5, 7});
      },
      [](Table& table) { table.test.targets = {0}; },
      [](Table& table) { table.test = {}; },
      [](Table& table) {
        table.shape = {1, 2};
      },
      [](Table& table) {
        table.columns = {"ab", ""};
      },
      [](Table& table) {
        table.columns = {"a", "b", "c"};
      },
      [](Table& table) {
        table.classes = {"p", "r"};
      },
      [](Table& table) {
        table.groups = {0, 0};
      },
      [](Table& table) { table.groups = {}; },
  };
  std::set<std::string> hashes;
  for (const auto& change : changes) {
    Table table = small();
    change(table);
    hashes.insert(content_hash(table));
  }
  EXPECT_EQ(hashes.size(), changes.size());
}

TEST(ContentHash, EachBitCounts) {
  std::set<std::string> hashes;
  for (std::size_t size = 1; size < 20; ++size) {
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::vector<std::uint8_t> bytes(size);
      bytes[bit / 8] = static_cast<std::uint8_t>(1U << bit % 8);
      Table table = small();
      table.train.inputs = Inputs(bytes);
      hashes.insert(content_hash(table));
    }
  }
  EXPECT_EQ(hashes.size(), 8U * 19 * 20 / 2);
}

class ContentsTest : public FilesTest {};

TEST_F(ContentsTest, AFileIsMapped) {
  const Contents contents = map_file(write("a", "hello"));
  EXPECT_EQ(std::string(contents.bytes.begin(), contents.bytes.end()), "hello");
  EXPECT_TRUE(map_file(write("b", "")).bytes.empty());
  EXPECT_EQ(refusal([&] { map_file(folder_ / "none"); }),
            "cannot read '" + (folder_ / "none").string() + "': No such file or directory");
  EXPECT_EQ(refusal([&] { map_file(folder_); }), "cannot read '" + folder_.string() + "': Is a directory");
  EXPECT_THAT(refusal([] { map_file("/dev/null"); }), testing::HasSubstr("it is no ordinary file"));
}

TEST_F(ContentsTest, RoomIsTheSameInMemoryAndOnTheDisk) {
  for (const std::size_t most : {std::size_t{0}, kMostInMemory}) {
    const auto room = make_room(100'000, most);
    for (std::size_t i = 0; i < 100'000; ++i) room.get()[i] = static_cast<std::uint8_t>(i * 7);
    const auto copy = room;
    for (std::size_t i = 0; i < 100'000; ++i) ASSERT_EQ(copy.get()[i], static_cast<std::uint8_t>(i * 7));
  }
}

}  // namespace
}  // namespace pegbox

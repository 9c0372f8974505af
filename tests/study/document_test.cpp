#include "study/document.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "fault.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;

Node parsed(const std::string& text) { return parse_document(text, "s.yaml"); }

std::string fault_in(const std::string& text) {
  return fault_of([&] { parsed(text); });
}

const Node& at(const Node& node, const std::string& key) {
  const Node* found = node.find(key);
  if (found == nullptr) throw std::out_of_range(key);
  return *found;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// A folder that goes with the test.
class Folder {
 public:
  Folder() : path_(testing::TempDir() + "pegbox_document_XXXXXX") {
    std::string name = path_.string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Document, HasKindsAndPlaces) {
  const Node root = parsed("# a study\nmodel: mlp\nspace:\n  layers: {low: 1, high: 4}\n  width:\n  - 8\n  - '16'\n");
  EXPECT_EQ(root.kind, Node::Kind::map);
  EXPECT_EQ(root.place, "s.yaml:2:1");
  EXPECT_EQ(at(root, "model").text, "mlp");
  EXPECT_EQ(at(root, "model").place, "s.yaml:2:8");
  EXPECT_EQ(at(root, "model").key_place, "s.yaml:2:1");
  const Node& space = at(root, "space");
  EXPECT_EQ(at(space, "layers").place, "s.yaml:4:11");
  EXPECT_EQ(at(at(space, "layers"), "high").key_place, "s.yaml:4:20");
  const Node& width = at(space, "width");
  ASSERT_EQ(width.items.size(), 2U);
  EXPECT_EQ(width.place, "s.yaml:6:3");
  EXPECT_FALSE(width.items[0].quoted);
  EXPECT_TRUE(width.items[1].quoted);
  EXPECT_EQ(width.items[1].place, "s.yaml:7:5");
  EXPECT_EQ(root.find("data"), nullptr);
}

TEST(Document, KeepsTheOrderOfKeys) {
  const Node root = parsed("z: 1\na: 2\nm: 3\n");
  ASSERT_EQ(root.keys.size(), 3U);
  EXPECT_EQ(root.keys[0].first, "z");
  EXPECT_EQ(root.keys[1].first, "a");
  EXPECT_EQ(root.keys[2].first, "m");
}

TEST(Document, ReadsJson) {
  const Node root =
      parsed("{\n\t\"model\": \"mlp\",\n\t\"space\": {\"layers\": [1, 2], \"norm\": true},\n\t\"x\": null}");
  EXPECT_EQ(at(root, "model").text, "mlp");
  EXPECT_TRUE(at(root, "model").quoted);
  EXPECT_EQ(at(at(root, "space"), "layers").items.size(), 2U);
  EXPECT_FALSE(at(at(root, "space"), "norm").quoted);
  EXPECT_EQ(at(root, "x").kind, Node::Kind::null);
}

TEST(Document, ReadsQuotesEscapesAndBlocks) {
  const Node root = parsed("a: 'it''s'\nb: \"x\\ty \\u00e9\"\nc: |\n  one\n  two\nd: !!str 5\ne: \"5\"\n");
  EXPECT_EQ(at(root, "a").text, "it's");
  EXPECT_EQ(at(root, "b").text, "x\ty \xC3\xA9");
  EXPECT_EQ(at(root, "c").text, "one\ntwo\n");
  EXPECT_TRUE(at(root, "d").quoted);
  EXPECT_EQ(at(root, "d").text, "5");
  EXPECT_TRUE(at(root, "e").quoted);
}

TEST(Document, PassesOverByteOrderMarkAndCarriageReturns) {
  const Node root = parsed("\xEF\xBB\xBFmodel: mlp\r\ntrials: 3\r\n");
  EXPECT_EQ(at(root, "model").text, "mlp");
  EXPECT_EQ(at(root, "trials").text, "3");
  EXPECT_EQ(at(root, "trials").place, "s.yaml:2:9");
}

TEST(Document, CountsColumnsInBytes) {
  EXPECT_EQ(at(at(parsed("\xC3\xA9: {b: c}"), "\xC3\xA9"), "b").place, "s.yaml:1:9");
}

TEST(Document, IsNullWhereThereIsNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~"}) {
    const Node root = parsed(text);
    EXPECT_EQ(root.kind, Node::Kind::null) << text;
    EXPECT_EQ(root.place, "s.yaml:1:1") << text;
  }
}

TEST(Document, PlacesAMissingValueAtItsKey) {
  const Node root = parsed("a: 1\nbc:\nd: ~\n");
  EXPECT_EQ(at(root, "bc").kind, Node::Kind::null);
  EXPECT_EQ(at(root, "bc").place, "s.yaml:2:1");
  EXPECT_EQ(at(root, "d").kind, Node::Kind::null);
}

TEST(Document, RefusesDuplicateKeys) {
  EXPECT_THAT(fault_in("model: mlp\ntrials: 1\nmodel: cnn\n"), mistake_at("s.yaml:3:1", "duplicate key 'model'"));
  EXPECT_THAT(fault_in("model: mlp\ntrials: 1\nmodel: cnn\n"), HasSubstr("s.yaml:1:1"));
  EXPECT_THAT(fault_in("a: {b: 1, 'b': 2}"), mistake_at("s.yaml:1:11", "duplicate key 'b'"));
  EXPECT_EQ(fault_in("a: {b: 1}\nc: {b: 1}\n"), "");
}

TEST(Document, RefusesTabsInTheIndentation) {
  const std::string words = "tab in the indentation; YAML wants spaces";
  EXPECT_THAT(fault_in("space:\n\tlayers: 3\n"), mistake_at("s.yaml:2:1", words));
  EXPECT_THAT(fault_in("a: 1\n  \tb: 2\n"), mistake_at("s.yaml:2:3", words));
  EXPECT_THAT(fault_in("\ta: 1\n"), mistake_at("s.yaml:1:1", words));
  EXPECT_THAT(fault_in("a:\n\t- 1\n"), mistake_at("s.yaml:2:1", words));
  EXPECT_EQ(fault_in("a:\t1\n"), "");
}

TEST(Document, DoesNotBlameTabsInsideBrackets) {
  EXPECT_THAT(fault_in("{\n\t\"a\": 1\n\t\"b\": 2\n}"), mistake_at("s.yaml:3:5", "',' or '}' is missing"));
}

TEST(Document, RefusesMalformedText) {
  EXPECT_THAT(fault_in("trials: 10\n  epochs: 5\n"), mistake_at("s.yaml:2:9", "indentation"));
  EXPECT_THAT(fault_in("a:\n  b: 1\n c: 2\n"), mistake_at("s.yaml:3:2", "does not belong to the map above"));
  EXPECT_THAT(fault_in("a: [1, 2\n"), mistake_at("s.yaml:2:1", "']' is missing"));
  EXPECT_THAT(fault_in("a: {b: 1, c: {d: 2}"), mistake_at("s.yaml:2:1", "'}' is missing"));
  EXPECT_THAT(fault_in("[1, 2"), mistake_at("s.yaml:2:1", "']' is missing"));
  EXPECT_THAT(fault_in("a: @x\n"), mistake_at("s.yaml:1:4", "put it in quotes"));
  EXPECT_THAT(fault_in("a: \"\\q\"\n"), mistake_at("s.yaml:1:7", "not YAML"));
  EXPECT_THAT(fault_in("[1, 2]: 3\n"), mistake_at("s.yaml:1:1", "a key is a text"));
  EXPECT_THAT(fault_in("a: 1\n~: 3\n"), mistake_at("s.yaml:2:1", "key is missing"));
}

TEST(Document, RefusesAQuoteThatIsNotClosed) {
  const std::string words = "not closed";
  EXPECT_THAT(fault_in("a: \"b\nc: 1\n"), mistake_at("s.yaml:1:4", words));
  EXPECT_THAT(fault_in("a: 1\nc: 'it''s\n"), mistake_at("s.yaml:2:4", words));
  EXPECT_THAT(fault_in("a: \"b\\\"\n"), mistake_at("s.yaml:1:4", words));
  EXPECT_THAT(fault_in("\xC3\xA9: ! 'b\n"), mistake_at("s.yaml:1:5", words));
  EXPECT_THAT(fault_in("a: 'b"), mistake_at("s.yaml:1:4", words));
  EXPECT_EQ(fault_in("a: 'it''s'\nb: it's\n"), "");
  EXPECT_EQ(fault_in("a: |\n  'x\n"), "");
}

TEST(Document, RefusesAnchorsAndAliases) {
  EXPECT_THAT(fault_in("a: &x 1\nb: *x\n"), mistake_at("s.yaml:1:4", "anchors"));
  EXPECT_THAT(fault_in("a: *x\n"), mistake_at("s.yaml:1:4", "anchors"));
  EXPECT_THAT(fault_in("a: &x\n"), mistake_at("s.yaml:1:4", "anchors"));
  EXPECT_THAT(fault_in("&x a: 1\n"), mistake_at("s.yaml:1:1", "anchors"));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    const std::string name = "a" + std::to_string(i);
    bomb += name + ": &" + name + " [" + last + ", " + last + ", " + last + ", " + last + "]\n";
  }
  EXPECT_THAT(fault_in(bomb), mistake_at("s.yaml:1:5", "anchors"));
}

TEST(Document, RefusesTags) {
  EXPECT_THAT(fault_in("a: !foo 5\n"), mistake_at("s.yaml:1:4", "'!foo'"));
  EXPECT_THAT(fault_in("a: !!int 5\n"), mistake_at("s.yaml:1:4", "tag"));
  EXPECT_THAT(fault_in("a: !!python/object [5]\n"), mistake_at("s.yaml:1:4", "tag"));
  EXPECT_EQ(fault_in("!!map\na: !!seq [!!str 5, ! 6]\n"), "");
}

TEST(Document, RefusesASecondDocument) {
  EXPECT_THAT(fault_in("a: 1\n---\nb: 2\n"), mistake_at("s.yaml:2:1", "a second document begins here"));
  EXPECT_THAT(fault_in("- a\nb: 1\n"), mistake_at("s.yaml:2:1", "a second document begins here"));
  EXPECT_EQ(fault_in("%YAML 1.2\n---\na: 1\n...\n"), "");
}

TEST(Document, RefusesWhatIsNotUtf8) {
  EXPECT_THAT(fault_in("a: 1\nb: x\xFFy\n"), mistake_at("s.yaml:2:5", "not UTF-8: byte 0xFF"));
  EXPECT_THAT(fault_in("\xC3\xA9\xC3\xA9: \xC3\n"), mistake_at("s.yaml:1:7", "byte 0xC3"));
  EXPECT_THAT(fault_in("a: \xC0\xAF\n"), mistake_at("s.yaml:1:4", "byte 0xC0"));          // '/' in two bytes
  EXPECT_THAT(fault_in("a: \xE0\x80\xAF\n"), mistake_at("s.yaml:1:4", "byte 0xE0"));      // '/' in three
  EXPECT_THAT(fault_in("a: \xED\xA0\x80\n"), mistake_at("s.yaml:1:4", "byte 0xED"));      // a surrogate
  EXPECT_THAT(fault_in("a: \xF4\x90\x80\x80\n"), mistake_at("s.yaml:1:4", "byte 0xF4"));  // above U+10FFFF
  EXPECT_THAT(fault_in("a: \xE2\x82"), mistake_at("s.yaml:1:4", "byte 0xE2"));            // cut short
  EXPECT_THAT(fault_in("\xFF\xFE"
                       "a"),
              mistake_at("s.yaml:1:1", "byte 0xFF"));  // UTF-16
  EXPECT_EQ(fault_in("a: \xC2\xA0\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEF\xBF\xBD\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\n"), "");
}

TEST(Document, RefusesControlCharacters) {
  EXPECT_THAT(fault_in(std::string("a: 1\nb\0: 2\n", 12)), mistake_at("s.yaml:2:2", "control character 0x00"));
  EXPECT_THAT(fault_in("a: 1\n\x04\nb: 2\n"), mistake_at("s.yaml:2:1", "control character 0x04"));
  EXPECT_THAT(fault_in("a: \x1B[31m\n"), mistake_at("s.yaml:1:4", "control character 0x1B"));
  EXPECT_THAT(fault_in("a: \x7F\n"), mistake_at("s.yaml:1:4", "control character 0x7F"));
  EXPECT_THAT(fault_in("a: 1\rb: 2\n"), mistake_at("s.yaml:1:5", "control character 0x0D"));
  EXPECT_THAT(fault_in("a: \xC2\x9B\n"), mistake_at("s.yaml:1:4", "control character 0x9B"));
  EXPECT_THAT(fault_in("a: \"\\0\"\n"), mistake_at("s.yaml:1:4", "zero character"));
}

TEST(Document, RefusesDeepNesting) {
  EXPECT_EQ(fault_in(repeated("[", 32) + repeated("]", 32)), "");
  EXPECT_THAT(fault_in(repeated("[", 33) + repeated("]", 33)), mistake_at("s.yaml:1:33", "nested more than 32 deep"));
  EXPECT_THAT(fault_in(repeated("{a: ", 33) + "1" + repeated("}", 33)),
              mistake_at("s.yaml:1:129", "nested more than 32 deep"));
  EXPECT_THAT(fault_in(repeated("- ", 100000)), mistake_at("s.yaml:1:65", "nested more than 32 deep"));
  EXPECT_THAT(fault_in(repeated("? ", 100000)), HasSubstr("s.yaml:1:"));
}

TEST(Document, RefusesTooMuchText) {
  EXPECT_EQ(fault_in("a: 1\n" + std::string((1 << 20) - 5, ' ')), "");
  EXPECT_THAT(fault_in("a: 1\n" + std::string((1 << 20) - 4, ' ')), mistake_at("s.yaml", "larger than 1 MiB"));
}

TEST(Document, TakesManyKeys) {
  std::string text;
  for (int i = 0; i < 60000; ++i) text += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(parsed(text).keys.size(), 60000U);
}

TEST(DocumentFile, IsRead) {
  const Folder folder;
  const auto file = folder.write("digits.yaml", "model: mlp\nstrategy: tpe\n");
  EXPECT_EQ(at(read_document(file), "strategy").place, file.string() + ":2:11");
}

TEST(DocumentFile, IsMissing) {
  const Folder folder;
  const auto file = folder.path() / "none.yaml";
  EXPECT_THAT(fault_of([&] { read_document(file); }), mistake_at(file.string(), "no such file"));
}

TEST(DocumentFile, IsAFolder) {
  const Folder folder;
  EXPECT_THAT(fault_of([&] { read_document(folder.path()); }), mistake_at(folder.path().string(), "folder"));
}

TEST(DocumentFile, HasAnImpossibleName) {
  const std::string name(5000, 'x');
  EXPECT_THAT(fault_of([&] { read_document(name); }), mistake_at(name, "cannot be opened"));
}

TEST(DocumentFile, CannotBeRead) {  // the kernel refuses to read the memory at address 0
  EXPECT_THAT(fault_of([&] { read_document("/proc/self/mem"); }), mistake_at("/proc/self/mem", "cannot be"));
}

TEST(DocumentFile, IsOf100Megabytes) {
  const Folder folder;
  const auto file = folder.write("large.yaml", "");
  std::filesystem::resize_file(file, 100'000'000);
  EXPECT_THAT(fault_of([&] { read_document(file); }), mistake_at(file.string(), "larger than 1 MiB"));
}

TEST(DocumentFile, HasNoEnd) {
  EXPECT_THAT(fault_of([&] { read_document("/dev/zero"); }), mistake_at("/dev/zero", "larger than 1 MiB"));
}

TEST(Assign, SetsAndMakesMaps) {
  Node root = parsed("model: mlp\nspace: {layers: {low: 1, high: 4}}\n");
  assign(root, "space.layers.high", "6", "--set space.layers.high");
  assign(root, "space.width", "[8, 16]", "--set space.width");
  assign(root, "run.jobs", "2", "--jobs");
  const Node& layers = at(at(root, "space"), "layers");
  EXPECT_EQ(at(layers, "high").text, "6");
  EXPECT_EQ(at(layers, "high").place, "--set space.layers.high");
  EXPECT_EQ(at(layers, "low").place, "s.yaml:2:23");
  EXPECT_EQ(at(at(root, "space"), "width").items[1].text, "16");
  EXPECT_EQ(at(at(root, "space"), "width").items[1].place, "--set space.width");
  EXPECT_EQ(at(at(root, "run"), "jobs").text, "2");
  EXPECT_EQ(at(root, "model").text, "mlp");
}

TEST(Assign, BeginsWithNothing) {
  Node root;
  assign(root, "model", "mlp", "--model");
  EXPECT_EQ(root.kind, Node::Kind::map);
  EXPECT_EQ(at(root, "model").text, "mlp");
  EXPECT_EQ(at(root, "model").place, "--model");
  EXPECT_EQ(at(root, "model").key_place, "--model");
}

TEST(Assign, ReplacesWhatStoodThere) {
  Node root = parsed("strategy: {name: tpe, gamma: 3}\ndata: {csv: a.csv, target: y}\n");
  assign(root, "strategy", "grid", "--strategy");
  assign(root, "data", "{csv: b.csv, target: z}", "--data");
  EXPECT_EQ(at(root, "strategy").kind, Node::Kind::scalar);
  EXPECT_EQ(at(root, "strategy").text, "grid");
  EXPECT_EQ(at(at(root, "data"), "csv").text, "b.csv");
  EXPECT_EQ(root.keys.size(), 2U);
}

TEST(Assign, MakesANameOfAScalarOnTheWay) {
  Node root = parsed("strategy: tpe\npruner: median\ndata:\n");
  assign(root, "strategy.gamma", "0.2", "--set strategy.gamma");
  EXPECT_EQ(at(at(root, "strategy"), "name").text, "tpe");
  EXPECT_EQ(at(at(root, "strategy"), "name").place, "s.yaml:1:11");
  EXPECT_EQ(at(root, "strategy").place, "s.yaml:1:11");
  EXPECT_EQ(at(at(root, "strategy"), "gamma").text, "0.2");
  assign(root, "pruner.name", "none", "--set pruner.name");
  EXPECT_EQ(at(root, "pruner").keys.size(), 1U);
  EXPECT_EQ(at(at(root, "pruner"), "name").text, "none");
  assign(root, "data.csv", "a.csv", "--set data.csv");
  EXPECT_EQ(at(root, "data").keys.size(), 1U);
}

TEST(Assign, RefusesListsBadPathsAndBadValues) {
  const auto fault = [](const std::string& path, const std::string& yaml) {
    return fault_of([&] {
      Node root = parsed("space: {width: [8, 16]}\n");
      assign(root, path, yaml, "--set x");
    });
  };
  EXPECT_THAT(fault("space.width.low", "1"), mistake_at("--set x", "a list stands at s.yaml:1:16"));
  for (const char* path : {"", ".", "a..b", ".a", "a."}) {
    EXPECT_THAT(fault(path, "1"), mistake_at("--set x", "is not a path of keys")) << path;
  }
  EXPECT_THAT(fault(repeated("a.", 100) + "a", "1"), mistake_at("--set x", "is not a path of keys"));
  EXPECT_THAT(fault("space.width", "[1, 2"), mistake_at("--set x:2:1", "']' is missing"));
  EXPECT_THAT(fault_of([] {
                Node root = parsed("mlp\n");
                assign(root, "trials", "1", "--trials");
              }),
              mistake_at("s.yaml:1:1", "a study is a map"));
}

}  // namespace
}  // namespace pegbox

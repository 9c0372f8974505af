#include "data_choice.hpp"

#include <algorithm>

#include "fields.hpp"
#include "value_types.hpp"

namespace pegbox {
namespace {

constexpr const char* kDataSection = "data";

namespace fs = std::filesystem;

constexpr const char* kWanted =
    "the data are the name of bundled data, or {csv: FILE, target: COLUMN}, {npy: [FILE, FILE]}, {idx: FOLDER}, "
    "{cifar10: FOLDER}, {cifar100: FOLDER} or {images: FOLDER}";
constexpr std::size_t kMostAxes = 8;
constexpr std::int64_t kLargestSize = 1'000'000'000;

std::string filled(const Entry& entry) {
  std::string result = text(entry);
  if (result.empty()) throw mistake(entry.second.place, "'" + entry.first + "' is empty");
  return result;
}

std::string data_name(const Entry& entry) {
  std::string name = text(entry);
  check_name(name, "the data set", entry.second.place);
  if (!name.ends_with(".csv")) return name;
  throw mistake(entry.second.place, "data from a file are given as {csv: " + name + ", target: COLUMN}");
}

/// A list of `least` to `most` whole numbers.
std::vector<std::int64_t> sizes(const Entry& entry, std::size_t least, std::size_t most, const std::string& wanted) {
  const Node& node = entry.second;
  if (node.kind != Node::Kind::list || node.items.size() < least || node.items.size() > most) {
    throw mistake(node.place, "'" + entry.first + "' is " + wanted + ", not " + shown(node));
  }
  std::vector<std::int64_t> result;
  for (const Node& size : node.items) result.push_back(whole_number({entry.first, size}, 1, kLargestSize));
  return result;
}

std::vector<std::int64_t> shape(const Entry& entry) {
  return sizes(entry, 1, kMostAxes,
               "a list of 1 to " + std::to_string(kMostAxes) + " whole numbers, such as [channels, height, width]");
}

/// One text, or a list of them.
std::vector<std::string> texts(const Entry& entry) {
  const Node& node = entry.second;
  if (node.kind == Node::Kind::scalar) return {filled(entry)};
  if (node.kind != Node::Kind::list || node.items.empty()) {
    throw mistake(node.place, "'" + entry.first + "' is a column or a list of columns, not " +
                                  (node.kind == Node::Kind::list ? "an empty list" : shown(node)));
  }
  std::vector<std::string> result;
  for (const Node& item : node.items) result.push_back(filled({entry.first, item}));
  return result;
}

std::vector<fs::path> one_file(const Entry& entry) { return {filled(entry)}; }

std::vector<fs::path> two_files(const Entry& entry) {
  const Node& node = entry.second;
  if (node.kind != Node::Kind::list || node.items.size() != 2) {
    throw mistake(node.place, "'" + entry.first + "' is a list of two files, inputs and targets: [x.npy, y.npy]");
  }
  return {filled({entry.first, node.items[0]}), filled({entry.first, node.items[1]})};
}

/// As `Words`, with a message of its own.
struct OneOf {
  std::vector<std::string> words;

  std::string read(const Entry& entry) const {
    std::string word = text(entry);
    if (std::find(words.begin(), words.end(), word) != words.end()) return word;
    std::string known;
    for (const std::string& one : words) known += (known.empty() ? "" : ", ") + one;
    throw mistake(entry.second.place, "'" + entry.first + "' is one of " + known + ", not " + shown(entry.second));
  }

  Form form() const { return Words{words}.form(); }
};

/// A column, or a list of columns.
struct Columns {
  std::vector<std::string> read(const Entry& entry) const { return texts(entry); }

  Form form() const {
    const Form column = AnyText{"column"}.form();
    return any_form("column, or a list of them", {column, list_form("list", column, 1)});
  }
};

struct Shape {
  std::vector<std::int64_t> read(const Entry& entry) const { return shape(entry); }

  Form form() const {
    return list_form("list of 1 to 8 whole numbers", WholeNumber{1, kLargestSize}.form(), 1, kMostAxes);
  }
};

struct PictureSize {
  std::vector<std::int64_t> read(const Entry& entry) const {
    return sizes(entry, 2, 2, "a list of two whole numbers, [HEIGHT, WIDTH]");
  }

  Form form() const { return list_form("`[HEIGHT, WIDTH]`", WholeNumber{1, kLargestSize}.form(), 2, 2); }
};

struct Channels {
  std::int64_t read(const Entry& entry) const {
    const std::int64_t channels = whole_number(entry, 1, 3);
    if (channels != 2) return channels;
    throw mistake(entry.second.place, "'channels' is 1 (grey) or 3 (colours), not 2");
  }

  Form form() const { return any_form("1 or 3", {WholeNumber{1, 1}.form(), WholeNumber{3, 3}.form()}); }
};

Form two_files_form() { return list_form("list of two files", AnyText{"file"}.form(), 2, 2); }

/// What was read so far. The test part is read when the kind of the data is known.
struct DataDraft : DataChoice {
  const Entry* test_entry = nullptr;
};

void set_kind(const Entry& entry, DataDraft& draft, std::vector<fs::path> files) {
  if (draft.named()) {
    throw mistake(entry.second.key_place, "'" + draft.kind + "' and '" + entry.first + "' are too much; " + kWanted);
  }
  draft.kind = entry.first;
  draft.files = std::move(files);
}

void read_name(const Entry& entry, DataDraft& draft) {
  set_kind(entry, draft, {});
  draft.name = data_name(entry);
}

void read_file(const Entry& entry, DataDraft& draft) { set_kind(entry, draft, one_file(entry)); }
void read_files(const Entry& entry, DataDraft& draft) { set_kind(entry, draft, two_files(entry)); }

const Fields<DataDraft>& data_fields() {
  static const Fields<DataDraft> all{
      {"name", AnyText{"name"}, "", "bundled data; `data: digits` is the short form", read_name},
      {"csv", AnyText{"file"}, "", "a file with a header line, values parted by commas", read_file},
      {"npy", two_files_form(), "", "two files of NumPy, inputs and targets", read_files},
      {"idx", AnyText{"folder"}, "", "a folder with files of MNIST's format", read_file},
      {"cifar10", AnyText{"folder"}, "", "a folder with the binary version of CIFAR-10", read_file},
      {"cifar100", AnyText{"folder"}, "", "the same of CIFAR-100", read_file},
      {"images", AnyText{"folder"}, "", "a folder with a folder of pictures for each class", read_file},
      {"target",
       Columns{},
       "needed",
       "the column to predict. Texts, or at most 32 different whole numbers, are classes; other numbers are "
       "regression. Of several columns all are numbers, and predicted together",
       &DataChoice::target,
       {"csv"}},
      {"task",
       OneOf{{"classification", "regression"}},
       "by the targets",
       "where it is not the one found: whole numbers that are amounts, or more than 32 classes, or classes that are "
       "floats",
       &DataChoice::task,
       {"csv", "npy"}},
      {"columns", Columns{}, "all that no other key names", "the inputs", &DataChoice::columns, {"csv"}},
      {"ignore", Columns{}, "none", "columns that are not looked at", &DataChoice::ignore, {"csv"}},
      {"categories",
       Columns{},
       "none",
       "inputs whose numbers are names, as of a zip code",
       &DataChoice::categories,
       {"csv"}},
      {"missing",
       OneOf{{"refuse", "mean", "drop"}},
       "`refuse`",
       "what is done about a value that is missing; `drop` is of CSV alone",
       &DataChoice::missing,
       {"csv", "npy"}},
      {"group",
       AnyText{"column"},
       "none",
       "a column that is no input: rows with one value there are never parted by a split",
       [](const Entry& entry, DataDraft& draft) { draft.group = filled(entry); },
       {"csv"}},
      {"test",
       any_form("file, of NPY a list of two", {AnyText{"file"}.form(), two_files_form()}),
       "none",
       "the test part: a file with the same columns, in any order; of NPY inputs and targets",
       [](const Entry& entry, DataDraft& draft) { draft.test_entry = &entry; },
       {"csv", "npy"}},
      {"shape",
       Shape{},
       "flat, of NPY the array's",
       "what the inputs of a row are: `[channels, length]` of a signal or a sequence, `[channels, height, width]` of "
       "an image, row by row",
       &DataChoice::shape,
       {"csv", "npy"}},
      {"labels",
       OneOf{{"fine", "coarse"}},
       "`fine`",
       "`fine`: 100 classes, `coarse`: 20",
       &DataChoice::labels,
       {"cifar100"}},
      {"size",
       PictureSize{},
       "that of the pictures, all the same",
       "height and width that each picture is made to have: the mean of areas where it shrinks, linear between pixels "
       "where it grows",
       &DataChoice::size,
       {"images"}},
      {"channels",
       Channels{},
       "those of the first picture",
       "1 (grey) or 3 (colours); colours are not made grey unasked",
       &DataChoice::channels,
       {"images"}},
  };
  return all;
}

void check_keys(const Node& node, const DataChoice& data) {
  if (!data.named()) throw mistake(node.place, std::string(kWanted) + "; here something is missing");
  for (const Entry& entry : node.keys) {
    const std::vector<std::string>& kinds = find_field(data_fields(), entry.first)->key.beside;
    if (kinds.empty() || std::find(kinds.begin(), kinds.end(), data.kind) != kinds.end()) continue;
    std::string known;
    for (const std::string& kind : kinds) known += (known.empty() ? "" : " and ") + kind;
    throw mistake(entry.second.key_place, "'" + entry.first + "' is too much here: it is for " + known +
                                              " data, and these are named by '" + data.kind + "'");
  }
}

/// What keys together must be.
void check_together(const Node& node, const DataChoice& data) {
  if (data.kind == "csv" && data.target.empty()) {
    throw mistake(node.place, "a CSV file needs its target column: {csv: FILE, target: COLUMN}, or --target COLUMN");
  }
  if (!data.columns.empty() && !data.ignore.empty()) {
    throw mistake(node.place, "'columns' and 'ignore' are too much: name the columns to use, or those to leave out");
  }
  if (data.kind == "npy" && data.missing == "drop") {
    throw mistake(node.place, "'missing' is refuse or mean where data are npy: their rows are used where they lie");
  }
}

void from_folder(std::vector<fs::path>& files, const fs::path& folder) {
  for (fs::path& file : files) file = folder / file;
}

}  // namespace

DataChoice read_data(const Entry& entry, const fs::path& folder) {
  const Node& node = entry.second;
  DataDraft draft;
  DataChoice& data = draft;
  data.place = node.place;
  if (node.kind == Node::Kind::scalar) {
    data.kind = "name";
    data.name = data_name(entry);
    return data;
  }
  if (node.kind != Node::Kind::map) throw mistake(node.place, kWanted + (", not " + shown(node)));
  read_fields(node, "'data'", data_fields(), draft);
  check_keys(node, data);
  check_together(node, data);
  if (const Entry* test = draft.test_entry) data.test = data.kind == "npy" ? two_files(*test) : one_file(*test);
  from_folder(data.files, folder);
  from_folder(data.test, folder);
  return data;
}

Form data_form() { return any_form("data", {AnyText{"name"}.form(), section_form(kDataSection)}); }

Section data_section() { return {kDataSection, {"data"}, keys_of(data_fields())}; }

}  // namespace pegbox

#include "data_choice.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "fields.hpp"

namespace pegbox {
namespace {

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

std::string one_of(const Entry& entry, std::initializer_list<std::string_view> words) {
  std::string word = text(entry);
  if (std::find(words.begin(), words.end(), word) != words.end()) return word;
  std::string known;
  for (const std::string_view one : words) known += (known.empty() ? "" : ", ") + std::string(one);
  throw mistake(entry.second.place, "'" + entry.first + "' is one of " + known + ", not " + shown(entry.second));
}

/// What was read so far. The test part is read when the kind of the data is known.
struct Draft {
  DataChoice data;
  const Entry* test = nullptr;
};

void set_kind(const Entry& entry, Draft& draft, std::vector<fs::path> files) {
  if (draft.data.named()) {
    throw mistake(entry.second.key_place,
                  "'" + draft.data.kind + "' and '" + entry.first + "' are too much; " + kWanted);
  }
  draft.data.kind = entry.first;
  draft.data.files = std::move(files);
}

void read_name(const Entry& entry, Draft& draft) {
  set_kind(entry, draft, {});
  draft.data.name = data_name(entry);
}

void read_file(const Entry& entry, Draft& draft) { set_kind(entry, draft, one_file(entry)); }
void read_files(const Entry& entry, Draft& draft) { set_kind(entry, draft, two_files(entry)); }

void read_size(const Entry& entry, Draft& draft) {
  draft.data.size = sizes(entry, 2, 2, "a list of two whole numbers, [HEIGHT, WIDTH]");
}

void read_channels(const Entry& entry, Draft& draft) {
  draft.data.channels = whole_number(entry, 1, 3);
  if (draft.data.channels == 2) throw mistake(entry.second.place, "'channels' is 1 (grey) or 3 (colours), not 2");
}

constexpr Field<Draft> kFields[] = {
    {"name", read_name},
    {"csv", read_file},
    {"npy", read_files},
    {"idx", read_file},
    {"cifar10", read_file},
    {"cifar100", read_file},
    {"images", read_file},
    {"test", [](const Entry& entry, Draft& draft) { draft.test = &entry; }},
    {"target", [](const Entry& entry, Draft& draft) { draft.data.target = texts(entry); }},
    {"group", [](const Entry& entry, Draft& draft) { draft.data.group = filled(entry); }},
    {"columns", [](const Entry& entry, Draft& draft) { draft.data.columns = texts(entry); }},
    {"ignore", [](const Entry& entry, Draft& draft) { draft.data.ignore = texts(entry); }},
    {"categories", [](const Entry& entry, Draft& draft) { draft.data.categories = texts(entry); }},
    {"missing",
     [](const Entry& entry, Draft& draft) {
       draft.data.missing = one_of(entry, {"refuse", "mean", "drop"});
     }},
    {"task",
     [](const Entry& entry, Draft& draft) {
       draft.data.task = one_of(entry, {"classification", "regression"});
     }},
    {"labels",
     [](const Entry& entry, Draft& draft) {
       draft.data.labels = one_of(entry, {"fine", "coarse"});
     }},
    {"shape", [](const Entry& entry, Draft& draft) { draft.data.shape = shape(entry); }},
    {"size", read_size},
    {"channels", read_channels},
};

/// A key that not all data have, and those that do.
struct Owner {
  std::string_view key;
  std::string_view kinds;
};

constexpr Owner kOwners[] = {{"test", "csv npy"},    {"target", "csv"},   {"group", "csv"},
                             {"columns", "csv"},     {"ignore", "csv"},   {"categories", "csv"},
                             {"missing", "csv npy"}, {"task", "csv npy"}, {"labels", "cifar100"},
                             {"shape", "csv npy"},   {"size", "images"},  {"channels", "images"}};

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

void check_keys(const Node& node, const DataChoice& data) {
  if (!data.named()) throw mistake(node.place, std::string(kWanted) + "; here something is missing");
  for (const Entry& entry : node.keys) {
    const auto* const owner =
        std::find_if(std::begin(kOwners), std::end(kOwners), [&](const Owner& one) { return one.key == entry.first; });
    if (owner == std::end(kOwners) || has_word(owner->kinds, data.kind)) continue;
    std::string kinds(owner->kinds);
    if (const auto blank = kinds.find(' '); blank != std::string::npos) kinds.replace(blank, 1, " and ");
    throw mistake(entry.second.key_place, "'" + entry.first + "' is too much here: it is for " + kinds +
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
  Draft draft;
  DataChoice& data = draft.data;
  data.place = node.place;
  if (node.kind == Node::Kind::scalar) {
    data.kind = "name";
    data.name = data_name(entry);
    return data;
  }
  if (node.kind != Node::Kind::map) throw mistake(node.place, kWanted + (", not " + shown(node)));
  read_fields(node, "'data'", kFields, draft);
  check_keys(node, data);
  check_together(node, data);
  if (draft.test != nullptr) data.test = data.kind == "npy" ? two_files(*draft.test) : one_file(*draft.test);
  from_folder(data.files, folder);
  from_folder(data.test, folder);
  return data;
}

}  // namespace pegbox

#include "data_choice.hpp"

#include "fields.hpp"

namespace pegbox {
namespace {

constexpr const char* kWanted = "the data are the name of bundled data, or {csv: FILE, target: COLUMN}";
constexpr std::size_t kMostAxes = 8;

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

std::vector<std::int64_t> shape(const Entry& entry) {
  constexpr std::int64_t kLargest = 1'000'000'000;
  const Node& node = entry.second;
  if (node.kind != Node::Kind::list || node.items.empty() || node.items.size() > kMostAxes) {
    throw mistake(node.place, "'shape' is a list of 1 to " + std::to_string(kMostAxes) +
                                  " whole numbers, such as [channels, height, width], not " + shown(node));
  }
  std::vector<std::int64_t> sizes;
  for (const Node& size : node.items) sizes.push_back(whole_number({entry.first, size}, 1, kLargest));
  return sizes;
}

void refuse(const Entry& entry, DataChoice& /*data*/) {
  throw mistake(entry.second.key_place, "this version reads no " + entry.first + " data; " + kWanted);
}

constexpr Field<DataChoice> kFields[] = {
    {"name", [](const Entry& entry, DataChoice& data) { data.name = data_name(entry); }},
    {"csv", [](const Entry& entry, DataChoice& data) { data.csv = filled(entry); }},
    {"target", [](const Entry& entry, DataChoice& data) { data.target = filled(entry); }},
    {"shape", [](const Entry& entry, DataChoice& data) { data.shape = shape(entry); }},
    {"npy", refuse},
    {"idx", refuse},
    {"cifar10", refuse},
};

}  // namespace

DataChoice read_data(const Entry& entry, const std::filesystem::path& folder) {
  const Node& node = entry.second;
  DataChoice data;
  data.place = node.place;
  if (node.kind == Node::Kind::scalar) {
    data.name = data_name(entry);
    return data;
  }
  if (node.kind != Node::Kind::map) throw mistake(node.place, kWanted + (", not " + shown(node)));
  read_fields(node, "'data'", kFields, data);
  const bool bundled = !data.name.empty() && data.csv.empty() && data.target.empty() && data.shape.empty();
  const bool file = data.name.empty() && !data.csv.empty() && !data.target.empty();
  if (!data.csv.empty() && data.target.empty()) {
    throw mistake(node.place, "a CSV file needs its target column: {csv: FILE, target: COLUMN}, or --target COLUMN");
  }
  if (!bundled && !file) throw mistake(node.place, kWanted + std::string("; here something is missing or too much"));
  if (file) data.csv = folder / data.csv;
  return data;
}

}  // namespace pegbox

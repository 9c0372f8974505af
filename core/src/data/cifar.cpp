#include "cifar.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "fault.hpp"
#include "whole_classes.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPixels = std::size_t{3} * 32 * 32;

/// How a version of CIFAR lies in its files.
struct Format {
  const char* name;
  std::vector<std::string> train;
  std::string test;
  std::string class_names;
  std::size_t label_bytes;  ///< before each picture
  std::size_t label;        ///< which of them is the class
  std::size_t classes;

  std::size_t record() const { return label_bytes + kPixels; }
};

std::vector<std::string> class_names(const fs::path& folder, const Format& format) {
  std::ifstream stream(folder / format.class_names);
  std::vector<std::string> names;
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (names.size() == format.classes) return names;
  names.clear();
  for (std::size_t i = 0; i < format.classes; ++i) names.push_back(std::to_string(i));
  return names;
}

Contents records_of(const fs::path& file, const Format& format) {
  if (std::error_code error; !fs::exists(file, error)) {
    throw StudyError("no file " + file.filename().string() + " in '" + file.parent_path().string() +
                     "'; the binary version of " + format.name + " is read");
  }
  Contents contents = map_file(file);
  if (!contents.bytes.empty() && contents.bytes.size() % format.record() == 0) return contents;
  throw fault(file, "its " + std::to_string(contents.bytes.size()) + " bytes are no whole number of records of " +
                        std::to_string(format.record()));
}

/// Copies pictures and classes apart.
void take(const Contents& records, const fs::path& file, const Format& format, std::uint8_t* pixels,
          WholeLabels& labels) {
  for (std::size_t at = 0; at < records.bytes.size(); at += format.record()) {
    const std::uint8_t label = records.bytes[at + format.label];
    if (label >= format.classes) {
      throw fault(file, "record " + std::to_string(at / format.record() + 1) + " is of class " + std::to_string(label) +
                            ", and the classes of " + format.name + " are 0 to " + std::to_string(format.classes - 1));
    }
    labels.values.push_back(label);
    const auto picture = records.bytes.subspan(at + format.label_bytes, kPixels);
    pixels = std::copy(picture.begin(), picture.end(), pixels);
  }
}

Part read_part(const std::vector<fs::path>& files, const Format& format, std::size_t most_in_memory,
               WholeLabels& labels) {
  labels.source = files.front().string();
  std::vector<Contents> contents;
  Part part;
  for (const fs::path& file : files) {
    contents.push_back(records_of(file, format));
    part.rows += contents.back().bytes.size() / format.record();
  }
  const std::size_t size = part.rows * kPixels;
  const auto room = make_room(size, most_in_memory);
  for (std::size_t i = 0; i < files.size(); ++i) {
    take(contents[i], files[i], format, room.get() + labels.values.size() * kPixels, labels);
  }
  part.inputs = Inputs(room, std::span<const std::uint8_t>(room.get(), size));
  return part;
}

Table read_cifar(const fs::path& folder, const Format& format, std::size_t most_in_memory) {
  Table table;
  table.shape = {3, 32, 32};
  std::vector<fs::path> files;
  for (const std::string& name : format.train) files.push_back(folder / name);
  WholeLabels train;
  table.train = read_part(files, format, most_in_memory, train);
  WholeLabels test;
  const fs::path test_file = folder / format.test;
  if (std::error_code error; fs::exists(test_file, error)) {
    table.test = read_part({test_file}, format, most_in_memory, test);
  }
  set_named_classes(table, class_names(folder, format), train, test);
  return table;
}

}  // namespace

Table read_cifar10(const fs::path& folder, std::size_t most_in_memory) {
  const Format format{
      "CIFAR-10",
      {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
      "test_batch.bin",
      "batches.meta.txt",
      1,
      0,
      10};
  return read_cifar(folder, format, most_in_memory);
}

Table read_cifar100(const fs::path& folder, CifarLabels labels, std::size_t most_in_memory) {
  const bool fine = labels == CifarLabels::fine;
  const Format format{"CIFAR-100",
                      {"train.bin"},
                      "test.bin",
                      fine ? "fine_label_names.txt" : "coarse_label_names.txt",
                      2,
                      fine ? std::size_t{1} : std::size_t{0},
                      fine ? std::size_t{100} : std::size_t{20}};
  return read_cifar(folder, format, most_in_memory);
}

}  // namespace pegbox

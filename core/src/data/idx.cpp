#include "idx.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "fault.hpp"
#include "gzip.hpp"
#include "sizes.hpp"
#include "whole_classes.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// A file of bytes in so many dimensions.
struct IdxArray {
  std::string source;
  std::vector<std::int64_t> sizes;
  Contents data;
};

std::optional<fs::path> file_of(const fs::path& folder, const std::string& part, const std::string& kind) {
  for (const char* mark : {"-", "."}) {
    for (const char* end : {"", ".gz"}) {
      fs::path file = folder / (part + mark + kind + end);
      if (std::error_code error; fs::exists(file, error)) return file;
    }
  }
  return {};
}

std::uint32_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return number;
}

std::size_t header_size(std::size_t dimensions) { return 4 + 4 * dimensions; }

/// The sizes that a header says.
std::vector<std::int64_t> sizes_in(std::span<const std::uint8_t> header, std::size_t dimensions, const fs::path& file) {
  constexpr std::uint32_t kBytes = 0x800;  // the type; the number of dimensions is added
  const auto wanted = static_cast<std::uint32_t>(kBytes + dimensions);
  if (header.size() < header_size(dimensions)) {
    throw fault(file, "its " + std::to_string(header.size()) + " bytes are fewer than the " +
                          std::to_string(header_size(dimensions)) + " of an IDX header");
  }
  const std::uint32_t magic = big_endian(header.first(4));
  if (magic != wanted) {
    throw fault(file, "it begins with the number " + std::to_string(magic) + ", where IDX data of this kind have " +
                          std::to_string(wanted));
  }
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i < dimensions; ++i) sizes.push_back(big_endian(header.subspan(4 + 4 * i, 4)));
  return sizes;
}

StudyError wrong_size(const fs::path& file, const std::vector<std::int64_t>& sizes, const std::string& found) {
  const auto bytes = product(sizes);
  return fault(file, "its header says " + sizes_text(sizes) +
                         (bytes ? ", which are " + std::to_string(*bytes) + " bytes" : ", too many") + ", but " +
                         found);
}

IdxArray raw_array(const fs::path& file, std::size_t dimensions) {
  const Contents all = map_file(file);
  IdxArray array{file.string(), sizes_in(all.bytes, dimensions, file), {all.owner, {}}};
  array.data.bytes = all.bytes.subspan(header_size(dimensions));
  const auto wanted = product(array.sizes);
  if (wanted == array.data.bytes.size()) return array;
  throw wrong_size(file, array.sizes, std::to_string(array.data.bytes.size()) + " follow it");
}

IdxArray packed_array(const fs::path& file, std::size_t dimensions, std::size_t most_in_memory) {
  GzipFile packed(file);
  std::vector<std::uint8_t> header(header_size(dimensions));
  header.resize(packed.read(header));
  IdxArray array{file.string(), sizes_in(header, dimensions, file), {}};
  const auto wanted = product(array.sizes);
  if (!wanted || *wanted > packed.bound()) throw wrong_size(file, array.sizes, "fewer follow it");
  const auto room = make_room(*wanted, most_in_memory);
  const std::size_t found = packed.read({room.get(), *wanted});
  if (found < *wanted) throw wrong_size(file, array.sizes, std::to_string(found) + " follow it");
  std::array<std::uint8_t, 1> beyond{};
  if (packed.read(beyond) > 0) throw wrong_size(file, array.sizes, "more follow it");
  array.data = {room, {room.get(), *wanted}};
  return array;
}

IdxArray read_array(const fs::path& file, std::size_t dimensions, std::size_t most_in_memory) {
  return file.extension() == ".gz" ? packed_array(file, dimensions, most_in_memory) : raw_array(file, dimensions);
}

struct IdxPart {
  IdxArray pictures;
  WholeLabels labels;
};

fs::path labels_beside(const fs::path& pictures, const fs::path& folder, const std::string& part) {
  if (const auto file = file_of(folder, part + "-labels", "idx1-ubyte")) return *file;
  throw fault(pictures, "the classes of its pictures are missing: " + part + "-labels-idx1-ubyte beside it");
}

IdxPart read_part(const fs::path& pictures, const fs::path& folder, const std::string& part,
                  std::size_t most_in_memory) {
  const fs::path labels = labels_beside(pictures, folder, part);
  IdxPart result{read_array(pictures, 3, most_in_memory), {labels.string(), {}}};
  const IdxArray found = read_array(labels, 1, most_in_memory);
  result.labels.values.assign(found.data.bytes.begin(), found.data.bytes.end());
  if (found.sizes[0] != result.pictures.sizes[0]) {
    throw fault(labels, "there are " + std::to_string(found.sizes[0]) + " classes, but " +
                            std::to_string(result.pictures.sizes[0]) + " pictures in '" + pictures.string() + "'");
  }
  return result;
}

void check_pictures(const IdxArray& pictures, std::int64_t least) {
  const auto& sizes = pictures.sizes;
  if (sizes[0] < least || sizes[1] == 0 || sizes[2] == 0) {
    throw fault(pictures.source, "it holds " + sizes_text(sizes) + " pictures, and at least " + std::to_string(least) +
                                     " with pixels are needed");
  }
}

Part part_of(const IdxArray& pictures) {
  return {static_cast<std::size_t>(pictures.sizes[0]), Inputs(pictures.data.owner, pictures.data.bytes)};
}

void add_test(Table& table, const IdxArray& test, const IdxArray& train) {
  check_pictures(test, 1);
  if (test.sizes[1] != train.sizes[1] || test.sizes[2] != train.sizes[2]) {
    throw fault(test.source, "its pictures are " + sizes_text({test.sizes[1], test.sizes[2]}) + ", those of '" +
                                 train.source + "' " + sizes_text({train.sizes[1], train.sizes[2]}));
  }
  table.test = part_of(test);
}

}  // namespace

Table read_idx(const fs::path& folder, std::size_t most_in_memory) {
  const auto file = file_of(folder, "train-images", "idx3-ubyte");
  if (!file) {
    throw StudyError("no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz in '" + folder.string() + "'");
  }
  const IdxPart train = read_part(*file, folder, "train", most_in_memory);
  check_pictures(train.pictures, 2);
  Table table;
  table.shape = {1, train.pictures.sizes[1], train.pictures.sizes[2]};
  table.train = part_of(train.pictures);
  IdxPart test;
  if (const auto more = file_of(folder, "t10k-images", "idx3-ubyte")) {
    test = read_part(*more, folder, "t10k", most_in_memory);
    add_test(table, test.pictures, train.pictures);
  }
  set_classes(table, train.labels, test.labels);
  return table;
}

}  // namespace pegbox

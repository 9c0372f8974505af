#include "npy_array.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <iterator>
#include <optional>
#include <string_view>

#include "fault.hpp"
#include "place.hpp"
#include "sizes.hpp"

static_assert(std::endian::native == std::endian::little, "arrays are mapped as they are in the file");

namespace pegbox {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);

struct TypeName {
  std::string_view name;
  NpyType type;
  std::size_t size;
};

constexpr TypeName kTypes[] = {{"<f4", NpyType::f4, 4}, {"<f8", NpyType::f8, 8}, {"|u1", NpyType::u1, 1},
                               {"|i1", NpyType::i1, 1}, {"<i2", NpyType::i2, 2}, {"<i4", NpyType::i4, 4},
                               {"<i8", NpyType::i8, 8}, {"|b1", NpyType::b1, 1}};

/// What the header says: the text of a Python dictionary.
struct Header {
  std::optional<std::string> type = {};
  std::optional<bool> fortran_order = {};
  std::optional<std::vector<std::int64_t>> sizes = {};

  bool whole() const { return type && fortran_order && sizes; }
};

/// Reads that dictionary. What it does not understand it leaves out, and the header is not whole then.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  Header read() {
    Header header;
    if (!skip('{')) return header;
    while (!at('}')) {
      const auto key = string();
      if (!key || !skip(':') || !value(*key, header)) return {};
      if (!skip(',') && !at('}')) return {};
    }
    return header;
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n"), text_.size())); }

  bool at(char letter) {
    skip_blanks();
    return text_.starts_with(letter);
  }

  bool skip(char letter) {
    const bool there = at(letter);
    if (there) text_.remove_prefix(1);
    return there;
  }

  bool skip_word(std::string_view word) {
    skip_blanks();
    const bool there = text_.starts_with(word);
    if (there) text_.remove_prefix(word.size());
    return there;
  }

  bool value(const std::string& key, Header& header) {
    if (key == "descr") return (header.type = type()).has_value();
    if (key == "fortran_order") return (header.fortran_order = boolean()).has_value();
    if (key == "shape") return (header.sizes = tuple()).has_value();
    return false;
  }

  /// A list is a type too: one of records. It is not looked into.
  std::optional<std::string> type() {
    if (!at('[')) return string();
    const auto end = text_.find(']');
    if (end == std::string_view::npos) return {};
    text_.remove_prefix(end + 1);
    return "[…]";
  }

  std::optional<std::string> string() {
    skip_blanks();
    if (!text_.starts_with('\'') && !text_.starts_with('"')) return {};
    const auto end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) return {};
    std::string result(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return result;
  }

  std::optional<bool> boolean() {
    if (skip_word("True")) return true;
    if (skip_word("False")) return false;
    return {};
  }

  std::optional<std::vector<std::int64_t>> tuple() {
    if (!skip('(')) return {};
    std::vector<std::int64_t> sizes;
    while (!skip(')')) {
      skip_blanks();
      std::int64_t size = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) return {};
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      skip('L');  // as Python 2 wrote it
      sizes.push_back(size);
      if (!skip(',') && !at(')')) return {};
    }
    return sizes;
  }

  std::string_view text_;
};

/// The header's text, and where it ends.
struct HeaderText {
  std::string_view text;
  std::size_t end = 0;
};

HeaderText header_text(const Contents& contents, const std::filesystem::path& file) {
  const std::string_view all(reinterpret_cast<const char*>(contents.bytes.data()), contents.bytes.size());
  if (!all.starts_with(kMagic)) throw fault(file, "it is no NPY file, which begins with \\x93NUMPY");
  const auto ends = [&] {
    return fault(file, "it ends within its header, after " + std::to_string(all.size()) + " bytes");
  };
  const std::size_t version_at = kMagic.size();
  if (all.size() < version_at + 4) throw ends();
  const int version = contents.bytes[version_at];
  if (version < 1 || version > 3) {
    throw fault(file, "it is of version " + std::to_string(version) + " of the NPY format; 1, 2 and 3 are read");
  }
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t begin = version_at + 2 + length_bytes;
  if (all.size() < begin) throw ends();
  std::size_t length = 0;
  for (std::size_t i = length_bytes; i > 0; --i) length = length << 8U | contents.bytes[begin - length_bytes + i - 1];
  if (all.size() - begin < length) throw ends();
  return {all.substr(begin, length), begin + length};
}

const TypeName& type_named(const std::string& name, const std::filesystem::path& file) {
  const auto* const found = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& type) {
    return name == type.name || (type.size == 1 && name.size() == 3 && name.substr(1) == type.name.substr(1));
  });
  if (found != std::end(kTypes)) return *found;
  std::string known;
  for (const TypeName& type : kTypes) known += (known.empty() ? "" : ", ") + std::string(type.name);
  throw fault(file, "its type is " + shown(name) + "; those that are read are " + known);
}

}  // namespace

bool is_whole(NpyType type) { return type != NpyType::f4 && type != NpyType::f8; }

NpyArray map_npy(const std::filesystem::path& file) {
  const Contents contents = map_file(file);
  const HeaderText text = header_text(contents, file);
  const Header header = HeaderReader(text.text).read();
  if (!header.whole()) throw fault(file, "its header is not understood: " + shown(text.text));
  const TypeName& type = type_named(*header.type, file);
  const std::vector<std::int64_t>& sizes = *header.sizes;
  if (*header.fortran_order && sizes.size() > 1) {
    throw fault(file, "its numbers are in Fortran order; save it in C order: numpy.ascontiguousarray");
  }
  std::vector<std::int64_t> with_bytes = sizes;
  with_bytes.push_back(static_cast<std::int64_t>(type.size));
  const auto wanted = product(with_bytes);
  const auto data = contents.bytes.subspan(text.end);
  if (wanted == data.size()) return {file.string(), type.type, sizes, {contents.owner, data}};
  throw fault(file, "its header says " + sizes_text(sizes) + " of " + std::to_string(type.size) + " bytes each" +
                        (wanted ? ", together " + std::to_string(*wanted) : "") + ", but " +
                        std::to_string(data.size()) + " bytes follow it");
}

}  // namespace pegbox

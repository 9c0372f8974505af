#include "elf_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fstream>

namespace pegbox {
namespace {

/// Far above what any linker writes; keeps a forged size from taking memory.
constexpr std::uint64_t kMostNames = 1 << 20;

#ifdef __x86_64__
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half kMachine = EM_RISCV;
#else
#error "add this machine's number from elf.h"
#endif

/// A regular file of which parts are read; a part that it does not have is an error.
class PartialFile {
 public:
  explicit PartialFile(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) throw PluginError("there is no such file");
    if (status.type() == std::filesystem::file_type::none) throw PluginError("cannot be read: " + error.message());
    if (status.type() != std::filesystem::file_type::regular) throw PluginError("not a regular file");
    size_ = std::filesystem::file_size(path, error);
    stream_.open(path, std::ios::binary);
    if (error || !stream_) throw PluginError("cannot be opened for reading");
  }

  std::uint64_t size() const { return size_; }

  std::string bytes(std::uint64_t offset, std::uint64_t count) {
    if (offset > size_ || count > size_ - offset) {
      throw PluginError("truncated or damaged: it refers to " + std::to_string(count) + " bytes from byte " +
                        std::to_string(offset) + " on and has " + std::to_string(size_));
    }
    std::string result(count, '\0');
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(result.data(), static_cast<std::streamsize>(count));
    if (!stream_) throw PluginError("cannot be read to its end");
    return result;
  }

 private:
  std::uint64_t size_ = 0;
  std::ifstream stream_;
};

template <class Type>
Type object(std::string_view bytes, std::size_t index = 0) {
  Type result;
  std::memcpy(&result, bytes.substr(index * sizeof(Type), sizeof(Type)).data(), sizeof(Type));
  return result;
}

Elf64_Ehdr read_header(PartialFile& file) {
  if (file.size() == 0) throw PluginError("empty, not an ELF library");
  const std::string magic = file.bytes(0, std::min<std::uint64_t>(file.size(), SELFMAG));
  if (magic != ELFMAG) throw PluginError("not an ELF library");
  const auto header = object<Elf64_Ehdr>(file.bytes(0, sizeof(Elf64_Ehdr)));
  if (header.e_ident[EI_CLASS] != ELFCLASS64) throw PluginError("not a 64-bit library, this host is one");
  if (header.e_ident[EI_DATA] != ELFDATA2LSB) throw PluginError("not a little-endian library, this host is one");
  if (header.e_machine != kMachine) {
    throw PluginError("built for ELF machine " + std::to_string(header.e_machine) + ", this host for " +
                      std::to_string(kMachine));
  }
  if (header.e_type != ET_DYN) throw PluginError("an ELF file, but not a shared library");
  return header;
}

std::vector<Elf64_Shdr> read_section_headers(PartialFile& file, const Elf64_Ehdr& header) {
  if (header.e_shoff == 0 || header.e_shnum == 0) return {};
  if (header.e_shentsize != sizeof(Elf64_Shdr)) {
    throw PluginError("damaged: its section headers have " + std::to_string(header.e_shentsize) + " bytes, not " +
                      std::to_string(sizeof(Elf64_Shdr)));
  }
  const std::string table = file.bytes(header.e_shoff, header.e_shnum * sizeof(Elf64_Shdr));
  std::vector<Elf64_Shdr> sections;
  for (std::size_t i = 0; i < header.e_shnum; ++i) sections.push_back(object<Elf64_Shdr>(table, i));
  return sections;
}

std::string read_names(PartialFile& file, const std::vector<Elf64_Shdr>& sections, std::size_t index) {
  if (index >= sections.size()) throw PluginError("damaged: its section names are in no section");
  const Elf64_Shdr& names = sections[index];
  if (names.sh_size > kMostNames) {
    throw PluginError("damaged: its section names take " + std::to_string(names.sh_size) + " bytes");
  }
  return file.bytes(names.sh_offset, names.sh_size);
}

}  // namespace

std::vector<std::string> read_sections(const std::filesystem::path& path, std::string_view name, std::size_t most) {
  PartialFile file(path);
  const Elf64_Ehdr header = read_header(file);
  const std::vector<Elf64_Shdr> sections = read_section_headers(file, header);
  if (sections.empty()) return {};

  const std::string names = read_names(file, sections, header.e_shstrndx);
  const std::string wanted = std::string(name) + '\0';
  std::vector<std::string> result;
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_name >= names.size() || names.compare(section.sh_name, wanted.size(), wanted) != 0) continue;
    if (section.sh_size > most) {
      throw PluginError("damaged: its section " + std::string(name) + " has " + std::to_string(section.sh_size) +
                        " bytes, more than " + std::to_string(most));
    }
    result.push_back(file.bytes(section.sh_offset, section.sh_size));
  }
  return result;
}

}  // namespace pegbox

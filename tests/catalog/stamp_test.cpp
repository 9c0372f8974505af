#include "catalog/stamp.hpp"

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <set>
#include <stdexcept>

#include <pegbox/plugin.hpp>
#include <pegbox/random.hpp>

#include "fixtures.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// Copies of the good library with something changed.
class StampTest : public FolderTest {
 protected:
  std::string refusal() {
    write(file_, library_);
    return refusal_of([&] { read_stamp(file_); });
  }

  void replace(const std::string& old_text, const std::string& new_text) {
    ASSERT_EQ(old_text.size(), new_text.size());
    const auto position = library_.find(old_text, library_.find("pegbox plug-in\n"));
    ASSERT_NE(position, std::string::npos);
    library_.replace(position, old_text.size(), new_text);
  }

  Elf64_Ehdr header() const {
    Elf64_Ehdr result;
    std::memcpy(&result, library_.data(), sizeof(result));
    return result;
  }
  void set_header(const Elf64_Ehdr& header) { std::memcpy(library_.data(), &header, sizeof(header)); }

  std::size_t place_of_section(const std::string& name) const {
    const Elf64_Shdr names = section(header().e_shoff + header().e_shstrndx * sizeof(Elf64_Shdr));
    for (std::size_t i = 0; i < header().e_shnum; ++i) {
      const std::size_t place = header().e_shoff + i * sizeof(Elf64_Shdr);
      if (library_.compare(names.sh_offset + section(place).sh_name, name.size() + 1, name.c_str(), name.size() + 1) ==
          0) {
        return place;
      }
    }
    throw std::logic_error("no section " + name);
  }
  Elf64_Shdr section(std::size_t place) const {
    Elf64_Shdr result;
    std::memcpy(&result, library_.data() + place, sizeof(result));
    return result;
  }
  template <class Change>
  void change_section(const std::string& name, const Change& change) {
    const std::size_t place = place_of_section(name);
    Elf64_Shdr changed = section(place);
    change(changed);
    std::memcpy(library_.data() + place, &changed, sizeof(changed));
  }

  std::string library_ = contents(broken("good"));
  std::filesystem::path file_ = folder_ / "changed.so";
};

TEST_F(StampTest, SaysWhoBuiltThePlugin) {
  const Stamp expected{.kind = "strategy",
                       .name = "good",
                       .summary = "Tries the defaults a few times",
                       .sdk = PEGBOX_TEXT(PEGBOX_SDK_VERSION),
                       .string_abi = PEGBOX_TEXT(_GLIBCXX_USE_CXX11_ABI),
                       .compiler = __VERSION__,
                       .libtorch = ""};
  EXPECT_EQ(read_stamp(broken("good")), expected);
}

TEST_F(StampTest, SoundLibraryWithoutSectionHasNone) { EXPECT_EQ(read_stamp(broken("no_stamp")), std::nullopt); }

TEST_F(StampTest, SectionIsFoundByItsWholeName) {
  const auto names = section(header().e_shoff + header().e_shstrndx * sizeof(Elf64_Shdr));
  const auto name = names.sh_offset + section(place_of_section(".pegbox")).sh_name;
  library_[name + 6] = 'y';  // .pegboy
  write(file_, library_);
  EXPECT_EQ(read_stamp(file_), std::nullopt);
}

TEST_F(StampTest, LibraryWithoutSectionHeadersHasNone) {
  Elf64_Ehdr changed = header();
  changed.e_shoff = changed.e_shnum = changed.e_shstrndx = 0;
  set_header(changed);
  write(file_, library_);
  EXPECT_EQ(read_stamp(file_), std::nullopt);
}

TEST_F(StampTest, RefusesWhatIsNoLibrary) {
  EXPECT_EQ(refusal_of([] { read_stamp(broken("nowhere")); }), "there is no such file");
  EXPECT_EQ(refusal_of([] { read_stamp(kBroken); }), "not a regular file");
  EXPECT_EQ(refusal_of([] { read_stamp("/dev/zero"); }), "not a regular file");
  EXPECT_EQ(refusal_of([] { read_stamp(broken("empty")); }), "empty, not an ELF library");
  EXPECT_EQ(refusal_of([] { read_stamp(broken("not_elf")); }), "not an ELF library");
}

TEST_F(StampTest, EveryTruncationIsNoticed) {
  // Section headers come last, so no shorter file is whole.
  const std::size_t size = library_.size();
  write(file_, library_);
  for (std::size_t length = size; length > 0;) {
    length -= 1 + length / 7;
    std::filesystem::resize_file(file_, length);
    EXPECT_THAT(refusal_of([&] { read_stamp(file_); }),
                testing::AnyOf(HasSubstr("truncated"), HasSubstr("not an ELF library")))
        << length;
  }
  EXPECT_THAT(refusal_of([] { read_stamp(broken("truncated")); }),
              AllOf(StartsWith("truncated or damaged"), HasSubstr(std::to_string(size - 1000))));
  EXPECT_THAT(refusal_of([] { read_stamp(broken("header_only")); }),
              AllOf(StartsWith("truncated or damaged"), HasSubstr("has 100")));
}

TEST_F(StampTest, RefusesLibrariesForOtherMachines) {
  const Elf64_Ehdr good = header();
  Elf64_Ehdr changed = good;
  changed.e_machine = EM_S390;
  set_header(changed);
  EXPECT_EQ(refusal(), "built for ELF machine 22, this host for " + std::to_string(good.e_machine));
  changed = good;
  changed.e_ident[EI_CLASS] = ELFCLASS32;
  set_header(changed);
  EXPECT_EQ(refusal(), "not a 64-bit library, this host is one");
  changed = good;
  changed.e_ident[EI_DATA] = ELFDATA2MSB;
  set_header(changed);
  EXPECT_EQ(refusal(), "not a little-endian library, this host is one");
  changed = good;
  changed.e_type = ET_REL;
  set_header(changed);
  EXPECT_EQ(refusal(), "an ELF file, but not a shared library");
}

TEST_F(StampTest, RefusesPlacesOutsideTheFile) {
  const std::string good = library_;
  Elf64_Ehdr changed = header();
  changed.e_shoff = ~std::uint64_t{0} - 10;  // its end overflows
  set_header(changed);
  EXPECT_THAT(refusal(), StartsWith("truncated or damaged"));

  library_ = good;
  changed = header();
  changed.e_shstrndx = changed.e_shnum;
  set_header(changed);
  EXPECT_EQ(refusal(), "damaged: its section names are in no section");

  library_ = good;
  changed = header();
  changed.e_shentsize = 40;
  set_header(changed);
  EXPECT_EQ(refusal(), "damaged: its section headers have 40 bytes, not 64");

  library_ = good;
  change_section(".pegbox", [](Elf64_Shdr& section) { section.sh_offset = ~std::uint64_t{0}; });
  EXPECT_THAT(refusal(), StartsWith("truncated or damaged"));

  library_ = good;
  change_section(".pegbox", [](Elf64_Shdr& section) { section.sh_size = std::uint64_t{1} << 40; });
  EXPECT_EQ(refusal(), "damaged: its section .pegbox has 1099511627776 bytes, more than 16384");

  library_ = good;
  change_section(".shstrtab", [](Elf64_Shdr& section) { section.sh_size = std::uint64_t{1} << 40; });
  EXPECT_EQ(refusal(), "damaged: its section names take 1099511627776 bytes");
}

TEST_F(StampTest, LargeFileIsNotReadWhole) {
  // A hole of 8 GiB between the code and the section headers.
  write(file_, library_);
  const std::uint64_t place = std::uint64_t{1} << 33;
  const auto table = library_.substr(header().e_shoff, header().e_shnum * sizeof(Elf64_Shdr));
  Elf64_Ehdr changed = header();
  changed.e_shoff = place;
  patch(file_, 0, {reinterpret_cast<const char*>(&changed), sizeof(changed)});
  patch(file_, place, table);
  ASSERT_EQ(std::filesystem::file_size(file_), place + table.size());
  EXPECT_EQ(read_stamp(file_)->name, "good");
}

TEST_F(StampTest, RefusesTwoStamps) {
  EXPECT_EQ(refusal_of([] { read_stamp(broken("two_in_one")); }), "holds more than one plug-in");
}

TEST_F(StampTest, RefusesTextsThatAreNoStamp) {
  const std::string good = library_;
  replace("pegbox plug-in", "pegbox plug-on");
  EXPECT_EQ(refusal(), "its stamp does not begin with the line 'pegbox plug-in'");
  library_ = good;
  replace("summary=", "sammury=");
  EXPECT_EQ(refusal(), "its stamp lacks 'summary'");
  library_ = good;
  replace("summary=Tries", "name=x\n=Tries");
  EXPECT_EQ(refusal(), "its stamp has 'name' twice");
  library_ = good;
  replace("Tries the defaults", "Tries\nthe defaults");
  EXPECT_EQ(refusal(), "its stamp has the line 'the defaults a few times', which is not key=value");
  library_ = good;
  replace("Tries", "\x1b[31m");
  EXPECT_EQ(refusal(), "its stamp holds control characters");
  library_ = good;
  change_section(".pegbox", [](Elf64_Shdr& section) { section.sh_size -= 1; });
  EXPECT_EQ(refusal(), "its stamp is not closed by a zero byte");
  library_ = good;
  change_section(".pegbox", [](Elf64_Shdr& section) { section.sh_size = 0; });
  EXPECT_EQ(refusal(), "its stamp is not closed by a zero byte");
}

TEST_F(StampTest, UnknownKeysAreIgnored) {
  replace("summary=Tries the", "summary=Tries\nx=1");
  write(file_, library_);
  EXPECT_EQ(read_stamp(file_)->summary, "Tries");
}

TEST_F(StampTest, ZeroBytesAfterTheStampAreIgnored) {
  const auto begin = library_.find("pegbox plug-in\n");
  const auto end = library_.find('\0', begin);
  library_.erase(library_.find("few ", begin), 4);
  library_.insert(end - 4, 4, '\0');
  write(file_, library_);
  EXPECT_EQ(read_stamp(file_)->summary, "Tries the defaults a times");
}

TEST_F(StampTest, MutatedLibrariesNeverCrashTheReader) {
  const Elf64_Ehdr head = header();
  const Elf64_Shdr stamp = section(place_of_section(".pegbox"));
  const Elf64_Shdr names = section(place_of_section(".shstrtab"));
  const struct {
    std::uint64_t begin, size;
  } targets[] = {{0, sizeof(Elf64_Ehdr)},
                 {head.e_shoff, head.e_shnum * sizeof(Elf64_Shdr)},
                 {place_of_section(".pegbox"), sizeof(Elf64_Shdr)},
                 {place_of_section(".shstrtab"), sizeof(Elf64_Shdr)},
                 {stamp.sh_offset, stamp.sh_size},
                 {names.sh_offset, names.sh_size}};
  constexpr int kMutations = 2000;
  std::set<std::string> refusals;
  int stamps = 0;
  write(file_, library_);
  for (int i = 0; i < kMutations; ++i) {
    Random random(1, i, "mutation");
    const auto& target = targets[static_cast<std::size_t>(i) % std::size(targets)];
    const std::string original = library_.substr(target.begin, target.size);
    std::string mutated = original;
    for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
      mutated[random.below(target.size)] = random.below(3) == 0 ? '\xff' : static_cast<char>(random.below(256));
    }
    patch(file_, target.begin, mutated);
    const bool cut = random.below(8) == 0;
    if (cut) std::filesystem::resize_file(file_, random.below(library_.size()));
    try {
      if (read_stamp(file_)) ++stamps;
    } catch (const PluginError& error) {
      refusals.insert(error.what());
    }
    if (cut) write(file_, library_);
    patch(file_, target.begin, original);
  }
  // Else the mutations would not have reached the places that matter.
  EXPECT_GT(stamps, kMutations / 10);
  EXPECT_GT(refusals.size(), 100U);
}

TEST(MismatchTest, HostFitsItself) {
  EXPECT_EQ(mismatch(host_stamp()), std::nullopt);
  EXPECT_EQ(host_stamp().sdk, PEGBOX_TEXT(PEGBOX_SDK_VERSION));
  EXPECT_EQ(host_stamp().compiler, __VERSION__);
  EXPECT_EQ(host_stamp().libtorch, PEGBOX_EXPECTED_LIBTORCH);
}

TEST(MismatchTest, NamesBothValuesOfAllThatDiffers) {
  Stamp stamp = host_stamp();
  stamp.sdk = "999";
  EXPECT_EQ(mismatch(stamp), "built with SDK 999, this host has " + host_stamp().sdk);
  stamp.compiler = "4.8.5";
  EXPECT_EQ(mismatch(stamp), "built with SDK 999, this host has " + host_stamp().sdk +
                                 "; built with compiler 4.8.5, this host has " + std::string(__VERSION__));
  stamp = host_stamp();
  stamp.string_abi = "0";
  EXPECT_EQ(mismatch(stamp), "built with string ABI 0, this host has 1");
}

TEST(MismatchTest, LibTorchCountsWhereItIsUsed) {
  Stamp stamp = host_stamp();
  stamp.libtorch = "";
  EXPECT_EQ(mismatch(stamp), std::nullopt);
  stamp.libtorch = "1.13.1";
  const std::string ours = host_stamp().libtorch;
  EXPECT_EQ(mismatch(stamp),
            "needs LibTorch 1.13.1, this host " + (ours.empty() ? "was built without" : "has " + ours));
}

}  // namespace
}  // namespace pegbox

#include "folders.hpp"

#include <cstdlib>
#include <dlfcn.h>
#include <link.h>
#include <sstream>
#include <string>

#include <boost/dll/runtime_symbol_info.hpp>

namespace pegbox {
namespace {

/// The file that this code lies in: a program, or pegbox's library.
std::filesystem::path own_file() {
  Dl_info info{};
  link_map* map = nullptr;
  void* const found = reinterpret_cast<void*>(&own_file);
  // The linker knows the program itself by an empty name.
  if (dladdr1(found, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0 || map->l_name[0] == '\0') {
    return boost::dll::program_location();
  }
  std::error_code error;
  const auto file = std::filesystem::canonical(map->l_name, error);
  return error ? std::filesystem::path(map->l_name) : file;
}

/// What holds `bin`, `lib` and `share`.
std::filesystem::path prefix() { return own_file().parent_path().parent_path(); }

}  // namespace

std::filesystem::path executable_folder() { return boost::dll::program_location().parent_path(); }

std::filesystem::path library_folder() { return prefix() / "lib" / "pegbox"; }

std::filesystem::path share_folder() { return prefix() / "share" / "pegbox"; }

std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& extra) {
  std::vector<std::filesystem::path> folders{executable_folder(), library_folder()};
  folders.insert(folders.end(), extra.begin(), extra.end());
  const char* const variable = std::getenv("PEGBOX_PLUGIN_PATH");
  std::istringstream list(variable == nullptr ? "" : variable);
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!folder.empty()) folders.emplace_back(folder);
  }
  return folders;
}

}  // namespace pegbox

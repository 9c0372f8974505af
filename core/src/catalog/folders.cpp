#include "folders.hpp"

#include <cstdlib>
#include <sstream>
#include <string>

#include <boost/dll/runtime_symbol_info.hpp>

namespace pegbox {

std::filesystem::path executable_folder() { return boost::dll::program_location().parent_path(); }

std::filesystem::path library_folder() { return executable_folder().parent_path() / "lib" / "pegbox"; }

std::filesystem::path share_folder() { return executable_folder().parent_path() / "share" / "pegbox"; }

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

#pragma once

#include <map>
#include <string_view>

namespace pegbox {

/// The files that the build has put into the program (`pegbox_embed` in this folder's CMakeLists.txt), by their paths
/// from this folder.
const std::map<std::string_view, std::string_view>& embedded();

}  // namespace pegbox

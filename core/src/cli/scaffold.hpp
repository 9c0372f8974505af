#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pegbox {

/// A plug-in that somebody is about to write.
struct NewPlugin {
  std::string kind;              ///< one of `scaffold_kinds`
  std::string name;              ///< one without a `name_fault`
  std::filesystem::path prefix;  ///< where pegbox is: it has `bin` and `lib/cmake/pegbox`
};

/// `strategy`, `pruner` and `model`.
const std::vector<std::string>& scaffold_kinds();

/// The files of its project, by their paths there.
std::map<std::string, std::string> scaffold(const NewPlugin& plugin);

/// What is wrong with the name and what would be right, as `must begin …, as 'my-search'`, or nothing. A name becomes
/// that of a file, of a class and of a target of CMake's.
std::optional<std::string> name_fault(std::string_view name);

}  // namespace pegbox

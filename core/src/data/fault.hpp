#pragma once

#include <filesystem>
#include <string>

#include <pegbox/error.hpp>

namespace pegbox {

/// `'file': what`.
StudyError fault(const std::filesystem::path& file, const std::string& what);

}  // namespace pegbox

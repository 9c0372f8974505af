#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pegbox {

/// The study's name as that of a folder: what cannot be in one, or should not, is an underscore, and what is too long
/// is cut.
std::string folder_name(std::string_view study);

/// The folder in `folder` that the study's events go to, made where it is not there: its name, or with `-2`, `-3`, … at
/// the end where that is another study's. `token` tells a study that is kept, and goes on, from any other; an empty one
/// gets a new folder each time. Throws `StudyError` where it cannot be made.
std::filesystem::path study_folder(const std::filesystem::path& folder, const std::string& study,
                                   const std::string& token);

}  // namespace pegbox

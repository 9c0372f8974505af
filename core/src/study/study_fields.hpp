#pragma once

#include <filesystem>

#include "fields.hpp"
#include "study.hpp"

namespace pegbox {

/// A study that is being read, and the folder where its relative paths begin.
struct StudyDraft : Study {
  std::filesystem::path folder;
};

/// The keys of the study file's outermost map.
const Fields<StudyDraft>& study_fields();

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "study/study.hpp"

namespace pegbox {

/// Something that is said about a study besides its file: a path of keys (`run.jobs`), a YAML text, and where it was
/// said, for messages (`PEGBOX_JOBS`, `--jobs`).
struct StudyChange {
  std::string path, yaml, place;
};

/// The description of a study before it is read.
struct StudySource {
  Node root;
  std::filesystem::path folder;  ///< where relative paths begin
  std::string name = "study";    ///< of a study that states none

  /// Throws `StudyError`.
  void change(const StudyChange& change) { assign(root, change.path, change.yaml, change.place); }
};

/// The study file, or an empty description where the path is empty. Throws `StudyError`.
StudySource study_source(const std::filesystem::path& file);

/// The study with its name. Throws `StudyError` with the place of the first mistake.
Study described_study(const StudySource& source, TrainedBy by);

}  // namespace pegbox

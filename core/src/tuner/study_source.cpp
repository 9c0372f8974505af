#include "study_source.hpp"

namespace pegbox {

StudySource study_source(const std::filesystem::path& file) {
  if (file.empty()) return {};
  return {read_document(file), std::filesystem::absolute(file).parent_path(), file.stem().string()};
}

Study described_study(const StudySource& source, TrainedBy by) {
  Study study = read_study(source.root, source.folder, by);
  if (study.name.empty()) study.name = source.name;
  return study;
}

}  // namespace pegbox

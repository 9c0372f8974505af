#include "described_study.hpp"

#include "tuner/study_source.hpp"

namespace pegbox {

Study described_study(const Options& options, TrainedBy by) {
  const std::filesystem::path file = options.arguments.empty() ? "" : options.arguments.front();
  StudySource source = study_source(file);
  for (const StudyChange& change : options.changes) source.change(change);
  return described_study(source, by);
}

}  // namespace pegbox

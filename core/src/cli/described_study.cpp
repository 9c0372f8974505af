#include "described_study.hpp"

#include "tuner/study_source.hpp"

namespace pegbox {

Study described_study(const Options& options, TrainedBy by) {
  StudySource source = study_source(options.arguments.empty() ? std::filesystem::path() : options.arguments.front());
  for (const StudyChange& change : options.changes) source.change(change);
  return described_study(source, by);
}

}  // namespace pegbox

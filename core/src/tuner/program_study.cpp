#include "program_study.hpp"

#include "study/mistake.hpp"

namespace pegbox {
namespace {

void check_keys(const Node& root) {
  for (const char* key : {"model", "data", "validation", "test", "folds", "repeats"}) {
    if (const Node* const node = root.find(key)) {
      throw mistake(node->place, "a function of the program is tuned: leave '" + std::string(key) +
                                     "' out, or run the study without a function");
    }
  }
}

void check_stated(const StudySource& source, const SearchSpace& proposed) {
  const Node& root = source.root;
  // What a program describes begins nowhere.
  const std::string place = source.folder.empty() ? "" : root.place;
  if (root.find("objective") == nullptr) {
    throw mistake(place, "the study has no objective; name one by minimize(\"loss\") or the like");
  }
  const Node* const space = root.find("space");
  if (proposed.size() == 0 && (space == nullptr || space->keys.empty())) {
    throw mistake(place, "the study has no hyperparameters; state them by space({{\"x\", Real{0, 1}}}) or the like");
  }
}

}  // namespace

Study program_study(StudySource source, const SearchSpace& proposed) {
  check_keys(source.root);
  check_stated(source, proposed);
  // A description is refused that has no space, which here may be the program's.
  const bool narrowed = source.root.find("space") != nullptr;
  if (!narrowed) source.change({"space", "{x: {}}", source.root.place});
  Study study = described_study(source, TrainedBy::client);
  if (!narrowed) study.space = {};
  if (!study.run.jobs) study.run.jobs = 1;
  return study;
}

}  // namespace pegbox

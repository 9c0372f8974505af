#include "study.hpp"

#include "study_fields.hpp"

namespace pegbox {
namespace {

void check_model(const Node& root, const Study& study) {
  if (study.model.name.empty()) throw mistake(root.place, "the study names no model; add a line such as 'model: mlp'");
}

void check_client(const Node& root, const Study& study) {
  if (study.objectives.empty()) {
    throw mistake(root.place,
                  "ask-tell needs an objective; add a line such as 'objective: {metric: loss, direction: minimize}'");
  }
  if (study.space.keys.empty()) {
    throw mistake(root.place, "ask-tell needs a space; add lines such as 'space: {x: {low: 0.0, high: 1.0}}'");
  }
}

}  // namespace

Study read_study(const Node& root, const std::filesystem::path& folder, TrainedBy by) {
  const bool client = by == TrainedBy::client;
  StudyDraft draft;
  draft.folder = folder;
  Study& study = draft;
  study.strategy = {.name = "auto", .settings = {}, .place = root.place};
  if (client) study.epochs = 1;
  if (root.kind != Node::Kind::null) read_fields(root, "the study", study_fields(), draft);
  (client ? check_client : check_model)(root, study);
  return study;
}

}  // namespace pegbox

#include "tuning.hpp"

#include <utility>

#include "study_trainer.hpp"
#include "tensorboard.hpp"

namespace pegbox {

Tuning::Tuning(Setup setup, const Catalog& catalog, const TuningChoice& choice) : setup_(std::move(setup)) {
  if (!setup_.study.run.storage.empty()) stored_.emplace(setup_, choice.note);
  CheckpointPlan checkpoints = stored_ ? stored_->checkpoints() : CheckpointPlan{};
  trainer_ = choice.trainer ? choice.trainer(setup_, std::move(checkpoints))
                            : make_study_trainer(setup_, std::move(checkpoints));
  summary_ = trainer_->summary();
  plan_ = plan_of(setup_, objectives_of(setup_.study, summary_.classification), summary_.places);
  if (stored_) stored_->complete(setup_, plan_);
  // They may refuse the study, so they come before anything is written.
  strategy_ = make_strategy(setup_, catalog, plan_);
  choice_ = choice_of(setup_, *strategy_);
  pruner_ = make_pruner(setup_, plan_.objectives);
  if (stored_) stored_->begin(setup_, plan_, choice.acceptance);
  log_ = tensorboard_log(setup_, plan_, stored_ ? stored_->token() : "");
}

std::filesystem::path Tuning::crash_note() const { return stored_ ? stored_->crash_note() : std::filesystem::path(); }

Outcome Tuning::run(StudyListener& listener, std::atomic<bool>& stop) {
  StudyRun run(setup_, plan_, *trainer_, *strategy_, pruner_.get(), stored_ ? &*stored_ : nullptr, stop);
  if (log_) run.log_to(*log_);
  Outcome outcome = run.outcome(listener);
  lost_device_ = run.lost_device();
  return outcome;
}

}  // namespace pegbox

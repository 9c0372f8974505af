#include "recording.hpp"

#include <utility>

namespace pegbox {
namespace {

Origin origin_of(Mover mover) {
  switch (mover) {
    case Mover::study:
      return Origin::first;
    case Mover::strategy:
      return Origin::asked;
    case Mover::queue:
      return Origin::queued;
    case Mover::elsewhere:
      break;
  }
  return Origin::elsewhere;
}

/// The reports before the last one are kept already.
Trial with_last_report(const Trial& trial) {
  Trial result;
  result.number = trial.number;
  result.state = trial.state;
  result.params = trial.params;
  result.seed = trial.seed;
  result.until = trial.until;
  result.from = trial.from;
  if (!trial.reports.empty()) result.reports = {trial.reports.back()};
  result.values = trial.values;
  result.seconds = trial.seconds;
  result.error = trial.error;
  return result;
}

}  // namespace

void Recording::note(const std::string& text) {
  const std::lock_guard lock(mutex_);
  listener_.note(text);
}

void Recording::tested(const Trial& trial, const Metrics& metrics) {
  if (log_ != nullptr) log_->measured(trial, metrics);
  if (recorder_ != nullptr) recorder_->record(Reported{trial.number, trial.reports.back()});
}

void Recording::recalled(const Trial& trial) {
  if (log_ != nullptr) log_->recalled(trial);
  const std::lock_guard lock(mutex_);
  listener_.recalled(trial);
}

void Recording::moved(const Trial& trial, const MoveContext& context) {
  if (recorder_ == nullptr) return;
  recorder_->record(MoveMade{with_last_report(trial), context.move, context.told, origin_of(context.mover)});
}

void Recording::begun(const Trial& trial) {
  if (log_ != nullptr) log_->begun(trial);
  if (recorder_ != nullptr && trial.reports.empty()) recorder_->record(Begun{trial.number});
  const std::lock_guard lock(mutex_);
  listener_.begun(trial);
}

void Recording::reported(const Trial& trial, const Report& report) {
  if (log_ != nullptr) log_->reported(trial, report);
  if (recorder_ != nullptr) recorder_->record(Reported{trial.number, report});
  const std::lock_guard lock(mutex_);
  listener_.reported(trial, report);
}

void Recording::stopped(const Trial& trial, int move) {
  if (log_ != nullptr) log_->stopped(trial);
  Trial kept = with_last_report(trial);
  const auto show = [this, kept] {
    const std::lock_guard lock(mutex_);
    listener_.stopped(kept);
  };
  if (recorder_ == nullptr) return show();
  recorder_->record(MoveEnded{move, std::move(kept)}, show);
}

void Recording::closed(const Trial& trial) {
  if (log_ != nullptr) log_->stopped(trial);
  if (recorder_ != nullptr) recorder_->record(TrialClosed{with_last_report(trial)});
  const std::lock_guard lock(mutex_);
  listener_.closed(with_last_report(trial));
}

}  // namespace pegbox

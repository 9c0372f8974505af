#include "tensorboard_log.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <set>
#include <utility>

#include "event.hpp"
#include "hparams.hpp"
#include "numbered.hpp"
#include "study_folder.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// 1 for a trial that was stopped early, else 0: HParams knows success and failure only.
constexpr const char* kPruned = "trial/pruned";

bool ended(State state) { return state == State::complete || state == State::pruned || state == State::failed; }

std::string hparams_event(double time, std::string_view tag, std::string_view data) {
  return plugin_event(time, kHparamsPlugin, tag, data);
}

Budget first_epoch(const Trial& trial) { return trial.reports.empty() ? 1 : trial.reports.front().epoch; }

}  // namespace

double TensorboardLog::system_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

TensorboardLog::TensorboardLog(const fs::path& folder, LoggedStudy study, Clock clock)
    : study_(std::move(study)),
      clock_(std::move(clock)),
      folder_(study_folder(folder, study_.name, study_.token)),
      has_columns_(holds_event(folder_, kExperimentTag)) {}

template <class Write>
void TensorboardLog::guarded(const Write& write) {
  if (quiet_) return;
  try {
    write();
  } catch (const std::exception& error) {
    quiet_ = true;
    open_.clear();
    if (listener_) listener_(std::string("nothing more is written for TensorBoard: ") + error.what());
  }
}

fs::path TensorboardLog::folder_of(int trial) const {
  return folder_ / ("trial_" + numbered(static_cast<std::size_t>(trial)));
}

void TensorboardLog::recalled(const Trial& trial) {
  guarded([&] {
    const fs::path folder = folder_of(trial.number);
    const bool is_begun = holds_event(folder, kSessionStartTag);
    if (!is_begun) {
      EventFile file = begin(trial);
      if (ended(trial.state)) end(trial, file);
      return;
    }
    if (!ended(trial.state) || holds_event(folder, kSessionEndTag)) return;
    EventFile file(folder, clock_(), first_epoch(trial));
    write_reports(file, trial.reports);
    end(trial, file);
  });
}

void TensorboardLog::begun(const Trial& trial) {
  guarded([&] { opened(trial); });
}

void TensorboardLog::reported(const Trial& trial, const Report& report) {
  guarded([&] {
    Open& open = opened(trial);
    if (open.ended) return;
    EventFile& file = file_of(trial, open, report.epoch);
    if (report.epoch <= open.reached) file.add(start_event(clock_(), report.epoch));
    write_reports(file, {report});
    open.reached = report.epoch;
  });
}

void TensorboardLog::stopped(const Trial& trial) {
  guarded([&] {
    if (ended(trial.state)) {
      Open& open = opened(trial);
      if (!open.ended) end(trial, file_of(trial, open, EventFile::kAddsOnly));
    }
    open_.erase(trial.number);
  });
}

void TensorboardLog::measured(const Trial& trial, const Metrics& metrics) {
  guarded([&] {
    EventFile file(folder_of(trial.number), clock_());
    file.add(scalars_event(clock_(), trial.epochs(), metrics));
  });
}

TensorboardLog::Open& TensorboardLog::opened(const Trial& trial) {
  const auto [found, is_new] = open_.try_emplace(trial.number);
  Open& open = found->second;
  if (!is_new) return open;
  const fs::path folder = folder_of(trial.number);
  open.ended = holds_event(folder, kSessionEndTag);
  if (open.ended || holds_event(folder, kSessionStartTag)) return open;
  open.file.emplace(begin(trial));
  open.reached = trial.epochs();
  return open;
}

/// A trial that is told of only now took its time before.
EventFile TensorboardLog::begin(const Trial& trial) const {
  const double time = clock_();
  EventFile file(folder_of(trial.number), time, 0);
  const std::string data = session_start_data(trial.params, time - trial.seconds);
  file.add(hparams_event(time, kSessionStartTag, data));
  write_reports(file, trial.reports);
  return file;
}

/// The trial's file; where it goes on a new one, as what it wrote last may be cut off, or be more than was kept.
EventFile& TensorboardLog::file_of(const Trial& trial, Open& open, std::int64_t step) const {
  if (!open.file) open.file.emplace(folder_of(trial.number), clock_(), step);
  return *open.file;
}

void TensorboardLog::write_reports(EventFile& file, const std::vector<Report>& reports) const {
  for (const Report& report : reports) file.add(scalars_event(clock_(), report.epoch, report.metrics));
}

void TensorboardLog::end(const Trial& trial, EventFile& file) {
  const double time = clock_();
  const bool failed = trial.state == State::failed;
  if (!failed) {
    file.add(scalars_event(time, trial.epochs(), {{kPruned, trial.state == State::pruned ? 1.0 : 0.0}}));
  }
  const SessionStatus status = failed ? SessionStatus::failure : SessionStatus::success;
  file.add(hparams_event(time, kSessionEndTag, session_end_data(status, time)));
  if (!has_columns_ && !trial.reports.empty()) write_columns(trial);
}

/// Only a trial that has ended tells which metrics there are. Once: the readers keep the first that they find.
void TensorboardLog::write_columns(const Trial& trial) {
  std::set<std::string> metrics;
  for (const Report& report : trial.reports) {
    for (const auto& [name, value] : report.metrics) metrics.insert(name);
  }
  for (const Objective& objective : study_.objectives) metrics.erase(objective.metric);
  HparamsColumns columns{study_.space, study_.objectives, {metrics.begin(), metrics.end()}};
  columns.metrics.emplace_back(kPruned);
  const double time = clock_();
  EventFile file(folder_, time, 0);
  file.add(hparams_event(time, kExperimentTag, experiment_data(study_.name, time, columns)));
  has_columns_ = true;
}

}  // namespace pegbox

#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

#include "event_file.hpp"

namespace pegbox {

/// The study that a log is of.
struct LoggedStudy {
  std::string name;
  std::string token;  ///< tells a study that goes on from any other; empty: one that is not kept
  SearchSpace space;
  std::vector<Objective> objectives;
};

/// Writes what happens in a study as TensorBoard reads it: a folder for each trial, with its metrics over the epochs,
/// its hyperparameters and how it ended, and for the whole study the columns of HParams. The log of a study that goes
/// on goes on too, and has nothing twice. One thread at a time.
///
/// Where it cannot be written any more, that is told once, and nothing more is written: no study ends by it.
class TensorboardLog {
 public:
  /// Seconds since 1970.
  using Clock = std::function<double()>;

  /// Makes the study's folder in `folder`, or finds it. Throws `StudyError` where it cannot be made.
  TensorboardLog(const std::filesystem::path& folder, LoggedStudy study, Clock clock = &system_time);

  /// Who is told, in one sentence, that nothing more is written. Until it is called nobody is.
  void report_to(std::function<void(const std::string& fault)> listener) { listener_ = std::move(listener); }

  /// The study's folder.
  const std::filesystem::path& folder() const { return folder_; }

  /// What an earlier run left of a trial, with all its reports. Written where it is missing.
  void recalled(const Trial& trial);

  /// The trial begins, or goes on after the reports that it has.
  void begun(const Trial& trial);

  /// A report of an epoch that was reported before takes its place.
  void reported(const Trial& trial, const Report& report);

  /// The trial paused or ended.
  void stopped(const Trial& trial);

  /// Something more was measured of a trial that has ended, at its last epoch.
  void measured(const Trial& trial, const Metrics& metrics);

 private:
  /// A trial whose end is not written.
  struct Open {
    std::optional<EventFile> file;  ///< none where it goes on and has written nothing yet
    Budget reached = 0;             ///< the last epoch that is written
    bool ended = false;             ///< an earlier run wrote its end, and more than was kept: it all stays as it is
  };

  static double system_time();

  template <class Write>
  void guarded(const Write& write);

  std::filesystem::path folder_of(int trial) const;
  Open& opened(const Trial& trial);
  EventFile begin(const Trial& trial) const;
  EventFile& file_of(const Trial& trial, Open& open, std::int64_t step) const;
  void write_reports(EventFile& file, const std::vector<Report>& reports) const;
  void end(const Trial& trial, EventFile& file);
  void write_columns(const Trial& trial);

  LoggedStudy study_;
  Clock clock_;
  std::function<void(const std::string&)> listener_;
  std::filesystem::path folder_;
  bool has_columns_;
  bool quiet_ = false;
  std::map<int, Open> open_;
};

}  // namespace pegbox

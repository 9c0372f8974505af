#pragma once

#include <mutex>
#include <string>

#include "scheduler/observer.hpp"
#include "store/recorder.hpp"
#include "study_listener.hpp"
#include "tensorboard/tensorboard_log.hpp"

namespace pegbox {

/// Keeps what happens in a study, and tells a listener: of the end of a trial once it is on the disk.
class Recording final : public Observer {
 public:
  /// Without a recorder nothing is kept, without a log TensorBoard sees nothing. All outlive the recording's last use.
  explicit Recording(StudyListener& listener) : listener_(listener) {}

  void keep_in(Recorder& recorder) { recorder_ = &recorder; }

  /// The log may be ahead of what is kept, so that it misses nothing when the study goes on.
  void log_to(TensorboardLog& log) { log_ = &log; }

  /// Something that the user should know. From any thread.
  void note(const std::string& text);

  /// The trial, which has ended, was measured on rows that no trial saw: its last report has these metrics too.
  void tested(const Trial& trial, const Metrics& metrics);

  void recalled(const Trial& trial) override;
  void moved(const Trial& trial, const MoveContext& context) override;
  void begun(const Trial& trial) override;
  void reported(const Trial& trial, const Report& report) override;
  void stopped(const Trial& trial, int move) override;
  void closed(const Trial& trial) override;

 private:
  std::mutex mutex_;  ///< the listener is told from several threads
  StudyListener& listener_;
  Recorder* recorder_ = nullptr;
  TensorboardLog* log_ = nullptr;
};

}  // namespace pegbox

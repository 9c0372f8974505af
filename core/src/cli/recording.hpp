#pragma once

#include <mutex>
#include <string>

#include "progress.hpp"
#include "scheduler/observer.hpp"
#include "store/recorder.hpp"

namespace pegbox {

/// Keeps what happens in a study, and shows it: the end of a trial once it is on the disk.
class Recording final : public Observer {
 public:
  /// Without a recorder nothing is kept. Both outlive the recording's last use.
  explicit Recording(Progress& progress) : progress_(progress) {}

  void keep_in(Recorder& recorder) { recorder_ = &recorder; }

  /// Something that the user should know. From any thread.
  void note(const std::string& text);

  /// The trial, which has ended, was measured on rows that no trial saw: its last report has more in it.
  void tested(const Trial& trial);

  void recalled(const Trial& trial) override;
  void moved(const Trial& trial, const MoveContext& context) override;
  void begun(const Trial& trial) override;
  void reported(const Trial& trial, const Report& report) override;
  void stopped(const Trial& trial, int move) override;
  void closed(const Trial& trial) override;

 private:
  std::mutex mutex_;  ///< the progress is shown from several threads
  Progress& progress_;
  Recorder* recorder_ = nullptr;
};

}  // namespace pegbox

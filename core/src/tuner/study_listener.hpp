#pragma once

#include <string>

#include <pegbox/trial.hpp>

namespace pegbox {

/// Is told how a study goes. Calls come one at a time, from whichever thread; none may throw.
class StudyListener {
 public:
  StudyListener() = default;
  virtual ~StudyListener() = default;
  StudyListener(const StudyListener&) = delete;
  StudyListener& operator=(const StudyListener&) = delete;

  /// What an earlier run left of a trial, once for each time that it stopped.
  virtual void recalled(const Trial& /*trial*/) {}

  virtual void begun(const Trial& /*trial*/) {}
  virtual void reported(const Trial& /*trial*/, const Report& /*report*/) {}

  /// The trial paused or ended, and that is kept where the study is. It has its last report alone.
  virtual void stopped(const Trial& /*trial*/) {}

  /// A paused trial that nobody will resume ended as pruned.
  virtual void closed(const Trial& /*trial*/) {}

  /// Something that the user should know, in one sentence.
  virtual void note(const std::string& /*text*/) {}
};

}  // namespace pegbox

#pragma once

namespace pegbox {

/// What the binary tells the shell. A promise to users: docs/command-line.md.
enum class ExitCode : int {
  done = 0,
  failure = 1,
  usage = 2,        ///< command line, study file or data
  no_result = 3,    ///< no trial succeeded, or too many failed in a row
  storage = 4,      ///< the storage cannot be used, or failed
  plugin = 5,       ///< a plug-in could not be used, or broke its contract
  interrupted = 75  ///< stopped by a signal; 130 at the second
};

}  // namespace pegbox

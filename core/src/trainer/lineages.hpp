#pragma once

#include <map>
#include <memory>
#include <mutex>

#include <pegbox/trial.hpp>

namespace pegbox {

/// Whose weights a trial began with, and in turn whose those began with.
struct Lineage {
  Trial source;                           ///< as it was then; of its reports the last alone
  std::shared_ptr<const Lineage> before;  ///< the source's own; null: it began afresh
};

/// The lineages of the trials that are copies. Thread-safe. A copy's lineage outlives that of its source.
class Lineages {
 public:
  void remember(const Trial& source, int copy);

  /// Null where the trial is no copy.
  std::shared_ptr<const Lineage> of(int trial) const;

  void forget(int trial);

 private:
  mutable std::mutex mutex_;
  std::map<int, std::shared_ptr<const Lineage>> lineages_;  ///< by copy
};

}  // namespace pegbox

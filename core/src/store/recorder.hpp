#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "records.hpp"
#include "storage.hpp"

namespace pegbox {

/// Writes down a running study on a thread of its own, which alone uses the storage. Changes are kept in their order
/// and grouped into transactions: what ends a move at once, the rest a quarter of a second later at most. Heartbeats
/// of what is running go out every 15 seconds.
class Recorder {
 public:
  struct Callbacks {
    /// The storage failed; nothing is kept from here on. Called once, from the recorder's thread.
    std::function<void(const std::string& error)> on_fault;
    /// Something that the user should know, from the recorder's thread.
    std::function<void(const std::string& note)> on_note;
  };

  /// Throws `StoreError` where the storage cannot be read.
  Recorder(std::unique_ptr<Storage> storage, StoredStudy study, SearchSpace space, Callbacks callbacks);

  /// Keeps what was recorded, unless the storage failed, and ends the thread.
  ~Recorder();

  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// `once_kept` is called from the recorder's thread when the change is on the disk; never after a fault. Waits where
  /// very much is to be written already.
  void record(Change change, std::function<void()> once_kept = {});

  /// Waits until all that was recorded is kept. Throws `StoreError` where the storage failed.
  void flush();

  /// Whether points wait in the queue, as of a moment ago.
  bool waiting() const;

  /// The next point of the queue, after all that was recorded. Throws `StoreError` where the storage failed.
  std::optional<Trial> claim();

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace pegbox

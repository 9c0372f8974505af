#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/storage.hpp"

namespace pegbox {

/// What a `FakeStorage` was asked to do, and how it answers. Shared with the test, which looks at it from its own
/// thread.
class FakeStore {
 public:
  /// The calls in their order: `apply 3`, `claim`, `beat`.
  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  std::vector<std::vector<Change>> batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

  /// All changes that were applied, in their order.
  std::vector<Change> changes() const {
    std::vector<Change> all;
    for (const auto& batch : batches()) all.insert(all.end(), batch.begin(), batch.end());
    return all;
  }

  /// From here on `apply` does not come back until the door is opened.
  void close_door() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open_door() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_until_at_door() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return at_door_; });
  }

  std::atomic<bool> waiting = false;
  std::atomic<int> running = 0;         ///< what `counts` says
  std::vector<std::string> notes = {};  ///< what `apply` returns; set before it runs
  std::optional<Trial> claimed = {};    ///< what `claim` returns; set before it runs
  std::string failing_call = {};        ///< the call that throws; set before it runs
  std::function<void()> failure = [] { throw std::logic_error("no failure was set"); };

 private:
  friend class FakeStorage;

  void called(const std::string& name, const std::string& detail = "") {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(name + detail);
    }
    if (name == failing_call) failure();
  }

  void pass_door() {
    std::unique_lock lock(mutex_);
    at_door_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    at_door_ = false;
  }

  void keep(std::span<const Change> changes) {
    const std::lock_guard lock(mutex_);
    batches_.emplace_back(changes.begin(), changes.end());
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true, at_door_ = false;
  std::vector<std::string> calls_;
  std::vector<std::vector<Change>> batches_;
};

/// A storage in memory that can be slow and can fail. Only what a `Recorder` uses does anything.
class FakeStorage final : public Storage {
 public:
  explicit FakeStorage(FakeStore& store) : store_(store) {}

  std::vector<StoredStudy> studies() override { return {}; }
  std::optional<StoredStudy> find(std::string_view /*name*/) override { return {}; }
  std::map<State, int> counts(const StoredStudy& /*study*/) override { return {{State::running, store_.running}}; }
  std::vector<StoredTrial> trials(const StoredStudy& /*study*/) override { return {}; }
  std::map<int, std::vector<Budget>> budgets(const StoredStudy& /*study*/) override { return {}; }
  std::optional<StoredTrial> trial(const StoredStudy& /*study*/, int /*number*/) override { return {}; }
  std::optional<StoredTrial> best(const StoredStudy& /*study*/) override { return {}; }
  std::vector<std::string> faults() override { return {}; }
  StoredStudy create(const NewStudy& /*study*/) override { return {}; }
  StoredStudy redefine(const StoredStudy& study, const NewStudy& /*now*/, const std::string& /*why*/) override {
    return study;
  }
  int enqueue(const StoredStudy& /*study*/, const Params& /*params*/, const SearchSpace& /*space*/) override {
    return 0;
  }
  void remove(const StoredStudy& /*study*/) override {}
  void adopt(const StoredStudy& /*study*/) override {}
  void fail(const StoredStudy& /*study*/, int /*trial*/, const std::string& /*error*/) override {}
  int moves(const StoredStudy& /*study*/) override { return 0; }
  std::optional<StoredMove> move(const StoredStudy& /*study*/, int /*index*/) override { return {}; }

  std::vector<std::string> apply(const StoredStudy& /*study*/, const SearchSpace& /*space*/,
                                 std::span<const Change> changes) override {
    store_.pass_door();
    store_.called("apply", " " + std::to_string(changes.size()));
    store_.keep(changes);
    return store_.notes;
  }
  void beat(const StoredStudy& /*study*/) override { store_.called("beat"); }
  std::optional<Trial> claim(const StoredStudy& /*study*/) override {
    store_.called("claim");
    return store_.claimed;
  }
  bool waiting(const StoredStudy& /*study*/) override {
    if (store_.failing_call == "waiting" && asked_) store_.failure();
    asked_ = true;
    return store_.waiting;
  }

 private:
  FakeStore& store_;
  bool asked_ = false;  ///< the first look is part of the construction
};

}  // namespace pegbox

#include "recorder.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace pegbox {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostQueued = 20'000;
constexpr auto kCompanyWait = std::chrono::milliseconds(250);
constexpr auto kLookEvery = std::chrono::milliseconds(200);
constexpr auto kBeatEvery = std::chrono::seconds(15);

/// Whether somebody waits for the change to be kept.
bool pressing(const Change& change) {
  return !std::holds_alternative<MoveMade>(change) && !std::holds_alternative<Begun>(change) &&
         !std::holds_alternative<Reported>(change);
}

int running_trials(Storage& storage, const StoredStudy& study) {
  const auto counts = storage.counts(study);
  const auto found = counts.find(State::running);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

/// The thread with its queue. `mutex_` guards what the callers and the thread share; the storage and the times are the
/// thread's alone.
class Recorder::Thread {
 public:
  Thread(std::unique_ptr<Storage> storage, StoredStudy study, SearchSpace space, Callbacks callbacks)
      : storage_(std::move(storage)),
        study_(std::move(study)),
        space_(std::move(space)),
        callbacks_(std::move(callbacks)),
        running_(running_trials(*storage_, study_)),
        waiting_(storage_->waiting(study_)),
        thread_([this] { run(); }) {}

  ~Thread() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    work_.notify_one();
    thread_.join();
  }

  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  void record(Change change, std::function<void()> once_kept) {
    std::unique_lock lock(mutex_);
    // A callback that records must not wait for the thread that it is called from.
    if (std::this_thread::get_id() != writer_) wait_for_room(lock);
    if (fault_) return;
    if (queue_.changes.empty()) company_until_ = Clock::now() + kCompanyWait;
    urgent_ = urgent_ || pressing(change);
    queue_.changes.push_back(std::move(change));
    queue_.once_kept.push_back(std::move(once_kept));
    ++recorded_;
    if (urgent_ || queue_.changes.size() == 1) work_.notify_one();
  }

  void flush() {
    std::unique_lock lock(mutex_);
    const std::size_t all = recorded_;
    if (kept_ < all) hurry();
    done_.wait(lock, [&] { return fault_ || kept_ >= all; });
    if (fault_) throw StoreError(*fault_);
  }

  bool waiting() const { return waiting_; }

  std::optional<Trial> claim() {
    std::unique_lock lock(mutex_);
    if (fault_) throw StoreError(*fault_);
    Claim claim;
    queue_.claims.push_back(&claim);
    hurry();
    done_.wait(lock, [&] { return fault_ || claim.done; });
    if (!claim.done) throw StoreError(*fault_);
    return std::move(claim.trial);
  }

 private:
  struct Claim {
    std::optional<Trial> trial;
    bool done = false;
  };

  /// What was asked of the thread. A claim is served after the changes.
  struct Work {
    std::vector<Change> changes;
    std::vector<std::function<void()>> once_kept;  ///< one for each change
    std::vector<Claim*> claims;                    ///< each waits in `claim`, until it is done or the storage failed
    bool ending = false;
  };

  void wait_for_room(std::unique_lock<std::mutex>& lock) {
    while (!fault_ && queue_.changes.size() >= kMostQueued) {
      hurry();
      room_.wait(lock);
    }
  }

  void hurry() {
    urgent_ = true;
    work_.notify_one();
  }

  void run() {
    {
      const std::lock_guard lock(mutex_);
      writer_ = std::this_thread::get_id();
    }
    try {
      for (Work work = next(); !work.ending || !work.changes.empty(); work = next()) perform(work);
    } catch (const std::exception& error) {
      fail(error.what());
    } catch (...) {
      fail("the storage failed for a reason that it did not say");
    }
  }

  /// Waits until there is something to do.
  Work next() {
    std::unique_lock lock(mutex_);
    while (!urgent_ && !ending_ && Clock::now() < wake_time()) work_.wait_until(lock, wake_time());
    Work work = std::exchange(queue_, {});
    work.ending = ending_;
    urgent_ = false;
    room_.notify_all();
    return work;
  }

  Clock::time_point wake_time() const {
    Clock::time_point time = look_at_;
    if (running_ > 0) time = std::min(time, beat_at_);
    if (!queue_.changes.empty()) time = std::min(time, company_until_);
    return time;
  }

  void perform(Work& work) {
    const bool fresh = !work.changes.empty() && keep(work);
    std::vector<std::optional<Trial>> claimed;
    for (std::size_t i = 0; i < work.claims.size(); ++i) claimed.push_back(storage_->claim(study_));
    if (!work.changes.empty() || !work.claims.empty() || Clock::now() >= look_at_) look();
    finish(work, claimed);
    if (fresh || (running_ > 0 && Clock::now() >= beat_at_)) beat();
  }

  /// Writes the changes and tells it. Returns whether moves were made that are not ended yet.
  bool keep(const Work& work) {
    const auto notes = storage_->apply(study_, space_, work.changes);
    if (callbacks_.on_note) {
      for (const std::string& note : notes) callbacks_.on_note(note);
    }
    const bool fresh = follow(work.changes);
    for (const auto& once_kept : work.once_kept) {
      if (once_kept) once_kept();
    }
    return fresh;
  }

  bool follow(const std::vector<Change>& changes) {
    std::set<int> fresh;
    for (const Change& change : changes) {
      if (const auto* made = std::get_if<MoveMade>(&change)) {
        ++running_;
        fresh.insert(made->move);
      } else if (const auto* ended = std::get_if<MoveEnded>(&change)) {
        running_ = std::max(0, running_ - 1);
        fresh.erase(ended->move);
      } else if (std::holds_alternative<RunEnded>(change)) {
        running_ = 0;
        fresh.clear();
      }
    }
    return !fresh.empty();
  }

  void look() {
    waiting_ = storage_->waiting(study_);
    look_at_ = Clock::now() + kLookEvery;
  }

  void beat() {
    storage_->beat(study_);
    beat_at_ = Clock::now() + kBeatEvery;
  }

  void finish(Work& work, std::vector<std::optional<Trial>>& claimed) {
    if (work.changes.empty() && work.claims.empty()) return;
    const std::lock_guard lock(mutex_);
    kept_ += work.changes.size();
    for (std::size_t i = 0; i < work.claims.size(); ++i) {
      work.claims[i]->trial = std::move(claimed[i]);
      work.claims[i]->done = true;
    }
    done_.notify_all();
  }

  void fail(const std::string& error) {
    Work dropped;  // destroyed without the lock: nobody knows what its callbacks hold
    {
      const std::lock_guard lock(mutex_);
      fault_ = error;
      dropped = std::exchange(queue_, {});
      done_.notify_all();
      room_.notify_all();
    }
    if (callbacks_.on_fault) callbacks_.on_fault(error);
  }

  const std::unique_ptr<Storage> storage_;
  const StoredStudy study_;
  const SearchSpace space_;
  const Callbacks callbacks_;

  int running_;  ///< moves made and not ended; one too many costs a heartbeat of nothing
  Clock::time_point look_at_ = Clock::now() + kLookEvery;
  Clock::time_point beat_at_ = Clock::now();
  std::atomic<bool> waiting_;

  std::mutex mutex_;
  std::thread::id writer_;        ///< the thread itself
  std::condition_variable work_;  ///< there is something to do at once, or a first change
  std::condition_variable room_;  ///< the queue was taken
  std::condition_variable done_;  ///< changes are kept, claims are served, or the storage failed
  Work queue_;
  Clock::time_point company_until_;
  bool urgent_ = false;
  bool ending_ = false;
  std::size_t recorded_ = 0, kept_ = 0;
  std::optional<std::string> fault_;

  std::thread thread_;  ///< last, since it uses all of the above
};

Recorder::Recorder(std::unique_ptr<Storage> storage, StoredStudy study, SearchSpace space, Callbacks callbacks)
    : thread_(std::make_unique<Thread>(std::move(storage), std::move(study), std::move(space), std::move(callbacks))) {}

Recorder::~Recorder() = default;

void Recorder::record(Change change, std::function<void()> once_kept) {
  thread_->record(std::move(change), std::move(once_kept));
}

void Recorder::flush() { thread_->flush(); }

bool Recorder::waiting() const { return thread_->waiting(); }

std::optional<Trial> Recorder::claim() { return thread_->claim(); }

}  // namespace pegbox

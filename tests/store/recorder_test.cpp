#include "store/recorder.hpp"

#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "fake_storage.hpp"

namespace pegbox {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Le;
using testing::Not;

constexpr std::size_t kMostQueued = 20'000;

Trial trial(int number, State state) {
  Trial trial;
  trial.number = number;
  trial.state = state;
  return trial;
}

MoveMade made(int move) { return {.trial = trial(move, State::running), .move = move}; }
MoveEnded ended(int move) { return {move, trial(move, State::complete)}; }
Reported reported(int trial, int epoch = 1) { return {trial, {epoch, {}}}; }

/// `made 3`, `reported 3 1`, …
std::string name_of(const Change& change) {
  if (const auto* move = std::get_if<MoveMade>(&change)) return "made " + std::to_string(move->move);
  if (const auto* report = std::get_if<Reported>(&change)) {
    return "reported " + std::to_string(report->trial) + ' ' + std::to_string(report->report.epoch);
  }
  if (const auto* move = std::get_if<MoveEnded>(&change)) return "ended " + std::to_string(move->move);
  if (const auto* closed = std::get_if<TrialClosed>(&change)) return "closed " + std::to_string(closed->trial.number);
  return "run ended: " + std::get<RunEnded>(change).why;
}

std::vector<std::string> names_of(const std::vector<Change>& changes) {
  std::vector<std::string> names;
  for (const Change& change : changes) names.push_back(name_of(change));
  return names;
}

class RecorderTest : public testing::Test {
 protected:
  void start(Recorder::Callbacks callbacks = {}) {
    recorder_.emplace(std::make_unique<FakeStorage>(store_), StoredStudy{}, SearchSpace{}, std::move(callbacks));
  }

  /// Brings the recorder's thread to where it writes the change and waits at the closed door.
  void hold_thread(const Change& change) {
    store_.close_door();
    recorder_->record(change);
    store_.wait_until_at_door();
  }

  /// The text with which `call` throws a `StoreError`, or nothing.
  template <class Call>
  static std::string store_error(const Call& call) {
    try {
      call();
    } catch (const StoreError& error) {
      return error.what();
    }
    return {};
  }

  FakeStore store_;
  std::optional<Recorder> recorder_;
};

TEST_F(RecorderTest, KeepsEveryKindOfChangeInOrder) {
  start();
  recorder_->record(made(0));
  recorder_->record(reported(0));
  recorder_->record(ended(0));
  recorder_->record(TrialClosed{trial(0, State::pruned)});
  recorder_->record(RunEnded{"done"});
  recorder_->flush();
  EXPECT_THAT(names_of(store_.changes()),
              ElementsAre("made 0", "reported 0 1", "ended 0", "closed 0", "run ended: done"));
}

TEST_F(RecorderTest, WhatComesWhileItWritesBecomesOneTransaction) {
  start();
  hold_thread(ended(0));
  for (int move = 1; move <= 5; ++move) recorder_->record(ended(move));
  store_.open_door();
  recorder_->flush();
  EXPECT_THAT(store_.calls(), ElementsAre("apply 1", "apply 5"));
}

TEST_F(RecorderTest, WhatNobodyWaitsForIsKeptAllTheSame) {
  start();
  std::promise<void> kept;
  recorder_->record(made(0));
  recorder_->record(reported(0), [&] { kept.set_value(); });
  kept.get_future().wait();
  EXPECT_THAT(names_of(store_.changes()), ElementsAre("made 0", "reported 0 1"));
}

TEST_F(RecorderTest, TellsWhatIsKeptInOrderAndFromItsOwnThread) {
  start();
  std::vector<int> told;
  std::vector<std::thread::id> threads;
  std::vector<std::size_t> kept;
  hold_thread(ended(0));
  for (int move = 1; move <= 3; ++move) {
    recorder_->record(ended(move), [&, move] {
      told.push_back(move);
      threads.push_back(std::this_thread::get_id());
      kept.push_back(store_.changes().size());
    });
  }
  EXPECT_THAT(told, IsEmpty());
  store_.open_door();
  recorder_->flush();
  EXPECT_THAT(told, ElementsAre(1, 2, 3));
  EXPECT_THAT(threads, Each(Not(std::this_thread::get_id())));
  EXPECT_THAT(kept, Each(4U));
}

TEST_F(RecorderTest, AFlushOfNothingComesBack) {
  start();
  recorder_->flush();
  EXPECT_THAT(store_.calls(), Not(Contains(testing::StartsWith("apply"))));
}

TEST_F(RecorderTest, ItsEndKeepsWhatIsLeft) {
  start();
  recorder_->record(made(0));
  recorder_->record(reported(0), [recorder = &*recorder_] { recorder->record(reported(0, 2)); });
  recorder_.reset();
  EXPECT_THAT(names_of(store_.changes()), ElementsAre("made 0", "reported 0 1", "reported 0 2"));
}

TEST_F(RecorderTest, ChangesOfOneThreadKeepTheirOrderBesideOthers) {
  constexpr int kThreads = 4, kEpochs = 500;
  start();
  std::vector<std::thread> threads;
  for (int trial = 0; trial < kThreads; ++trial) {
    threads.emplace_back([&, trial] {
      for (int epoch = 1; epoch <= kEpochs; ++epoch) recorder_->record(reported(trial, epoch));
      recorder_->flush();
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<int> epochs(kThreads);
  for (const Change& change : store_.changes()) {
    const auto& [trial, report] = std::get<Reported>(change);
    EXPECT_EQ(report.epoch, ++epochs[static_cast<std::size_t>(trial)]);
  }
  EXPECT_THAT(epochs, Each(kEpochs));
}

TEST_F(RecorderTest, WhereVeryMuchWaitsTheCallerWaitsToo) {
  constexpr int kMany = 3 * static_cast<int>(kMostQueued);
  start();
  hold_thread(ended(0));
  std::thread busy([&] {
    for (int epoch = 1; epoch <= kMany; ++epoch) recorder_->record(reported(0, epoch));
  });
  store_.open_door();
  busy.join();
  recorder_->flush();
  std::vector<std::size_t> sizes;
  for (const auto& batch : store_.batches()) sizes.push_back(batch.size());
  EXPECT_THAT(sizes, Each(Le(kMostQueued)));
  ASSERT_EQ(store_.changes().size(), kMany + 1U);
  EXPECT_EQ(name_of(store_.changes().back()), "reported 0 " + std::to_string(kMany));
}

TEST_F(RecorderTest, ACallbackMayRecordWhereTheQueueIsFull) {
  start();
  store_.close_door();
  recorder_->record(ended(0), [&] { recorder_->record(ended(1)); });
  store_.wait_until_at_door();
  for (std::size_t i = 0; i < kMostQueued; ++i) recorder_->record(reported(0));
  store_.open_door();
  recorder_->flush();
  recorder_->flush();
  EXPECT_EQ(name_of(store_.changes().back()), "ended 1");
}

TEST_F(RecorderTest, PassesNotesOn) {
  store_.notes = {"one", "two"};
  std::vector<std::string> notes;
  start({.on_fault = {}, .on_note = [&](const std::string& note) { notes.push_back(note); }});
  recorder_->record(ended(0));
  recorder_->flush();
  EXPECT_THAT(notes, ElementsAre("one", "two"));
}

TEST_F(RecorderTest, ClaimsAfterAllThatWasRecorded) {
  store_.claimed = trial(7, State::running);
  start();
  recorder_->record(made(0));
  recorder_->record(ended(0));
  const auto claimed = recorder_->claim();
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->number, 7);
  EXPECT_EQ(store_.changes().size(), 2U);
  EXPECT_EQ(store_.calls().back(), "claim");
}

TEST_F(RecorderTest, AnEmptyQueueHasNothingToClaim) {
  start();
  EXPECT_FALSE(recorder_->claim());
}

TEST_F(RecorderTest, SeesWhatWaitsFromTheBeginAndLater) {
  store_.waiting = true;
  start();
  EXPECT_TRUE(recorder_->waiting());
  store_.waiting = false;
  while (recorder_->waiting()) std::this_thread::yield();
  store_.waiting = true;
  while (!recorder_->waiting()) std::this_thread::yield();
}

TEST_F(RecorderTest, SeesAfterAClaimWhatStillWaits) {
  store_.waiting = true;
  start();
  store_.waiting = false;
  (void)recorder_->claim();
  EXPECT_FALSE(recorder_->waiting());
}

TEST_F(RecorderTest, NewMovesHaveAHeartbeatAtOnce) {
  start();
  recorder_->record(made(0));
  recorder_->flush();
  recorder_.reset();
  EXPECT_THAT(store_.calls(), ElementsAre("apply 1", "beat"));
}

TEST_F(RecorderTest, WhatEndedAlreadyHasNone) {
  start();
  hold_thread(TrialClosed{});
  recorder_->record(made(0));
  recorder_->record(ended(0));
  recorder_->record(made(1));
  recorder_->record(RunEnded{"interrupted"});
  store_.open_door();
  recorder_.reset();
  EXPECT_THAT(store_.calls(), ElementsAre("apply 1", "apply 4"));
}

TEST_F(RecorderTest, WhatAFormerRunLeftHasAHeartbeatFromTheBegin) {
  store_.running = 2;
  start();
  while (store_.calls().empty()) std::this_thread::yield();
  EXPECT_EQ(store_.calls().front(), "beat");
}

struct Failure {
  std::string call;
  std::function<void()> failure;
  std::string text;
};

class RecorderFault : public RecorderTest, public testing::WithParamInterface<Failure> {};

TEST_P(RecorderFault, IsToldOnceAndEndsTheRecord) {
  store_.failing_call = GetParam().call;
  store_.failure = GetParam().failure;
  std::vector<std::string> faults;
  std::promise<void> told;
  start({.on_fault =
             [&](const std::string& error) {
               faults.push_back(error);
               told.set_value();
             },
         .on_note = {}});
  recorder_->record(made(0));
  told.get_future().wait();
  const std::size_t kept = store_.changes().size();
  bool called = false;
  recorder_->record(ended(0), [&] { called = true; });
  const std::string flushed = store_error([&] { recorder_->flush(); });
  const std::string claimed = store_error([&] { (void)recorder_->claim(); });
  recorder_.reset();
  EXPECT_EQ(faults.size(), 1U);
  EXPECT_THAT(faults, Each(testing::HasSubstr(GetParam().text)));
  EXPECT_EQ(flushed, faults.front());
  EXPECT_EQ(claimed, faults.front());
  EXPECT_FALSE(called);
  EXPECT_EQ(store_.changes().size(), kept);
}

INSTANTIATE_TEST_SUITE_P(OfEachKind, RecorderFault,
                         testing::Values(Failure{"apply", [] { throw StoreError("the disk is full"); },
                                                 "the disk is full"},
                                         Failure{"apply", [] { throw std::runtime_error("odd"); }, "odd"},
                                         Failure{"apply", [] { throw 7; }, "the storage failed"},
                                         Failure{"beat", [] { throw StoreError("locked"); }, "locked"},
                                         Failure{"waiting", [] { throw StoreError("gone"); }, "gone"}));

TEST_F(RecorderTest, AFaultDropsTheQueueAndWakesWhoWaits) {
  store_.failing_call = "apply";
  store_.failure = [] { throw StoreError("the disk is full"); };
  start();
  hold_thread(ended(0));
  bool called = false;
  recorder_->record(ended(1), [&] { called = true; });
  std::vector<std::string> errors(3);
  std::thread flush([&] { errors[0] = store_error([&] { recorder_->flush(); }); });
  std::thread claim([&] { errors[1] = store_error([&] { (void)recorder_->claim(); }); });
  std::thread record([&] {
    for (std::size_t i = 0; i < 2 * kMostQueued; ++i) recorder_->record(reported(0));
    errors[2] = store_error([&] { recorder_->flush(); });
  });
  store_.open_door();
  for (std::thread* thread : {&flush, &claim, &record}) thread->join();
  EXPECT_THAT(errors, Each("the disk is full"));
  recorder_.reset();
  EXPECT_FALSE(called);
  EXPECT_THAT(store_.changes(), IsEmpty());
}

TEST_F(RecorderTest, AClaimThatFailsThrows) {
  store_.failing_call = "claim";
  store_.failure = [] { throw StoreError("corrupt"); };
  start();
  EXPECT_EQ(store_error([&] { (void)recorder_->claim(); }), "corrupt");
}

}  // namespace
}  // namespace pegbox

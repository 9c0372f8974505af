#include "tensorboard/tensorboard_log.hpp"

#include <bit>
#include <string>
#include <vector>

#include <pegbox/error.hpp>

#include "events.hpp"
#include "tensorboard/hparams.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Report report(Budget epoch, double loss) { return {epoch, {{"loss", loss}, {"train_loss", loss / 2}}}; }

/// A trial that has reported after the first epochs.
Trial trial(int number, State state, Budget epochs = 0) {
  Trial result;
  result.number = number;
  result.state = state;
  result.params = {{"rate", 0.25}};
  for (Budget epoch = 1; epoch <= epochs; ++epoch) result.reports.push_back(report(epoch, 1.0 / double(epoch)));
  result.seconds = 2;
  return result;
}

class TensorboardLogTest : public FolderTest {
 protected:
  TensorboardLog log(const std::string& token = "kept") {
    return TensorboardLog(folder_, {"digits", token, {{"rate", Real{0, 1}}}, {{"loss", false}}},
                          [this] { return ++seconds_; });
  }

  /// Trains from the epoch on, as far as it got.
  static void train(TensorboardLog& log, Trial trial, Budget from, Budget until) {
    for (Budget epoch = from; epoch <= until; ++epoch) {
      trial.reports.push_back(report(epoch, 1.0 / double(epoch)));
      log.reported(trial, trial.reports.back());
    }
  }

  static void whole_trial(TensorboardLog& log, int number, State state = State::complete) {
    log.begun(trial(number, State::running));
    train(log, trial(number, State::running), 1, 3);
    log.stopped(trial(number, state, 3));
  }

  fs::path run(int number) const { return folder_ / "digits" / ("trial_0000" + std::to_string(number)); }

  /// All events of a trial, in the order of its files.
  std::vector<ReadEvent> events(const fs::path& folder) const {
    std::vector<ReadEvent> all;
    for (const std::string& name : names_in(folder)) {
      if (name.find("tfevents") == std::string::npos) continue;
      for (ReadEvent& event : read_events(folder / name)) all.push_back(std::move(event));
    }
    return all;
  }

  /// The losses of a trial by epoch as TensorBoard shows them: what a restart says replaces what was there.
  std::vector<std::pair<std::int64_t, float>> losses(int number) const {
    std::vector<std::pair<std::int64_t, float>> found;
    for (const ReadEvent& event : events(run(number))) {
      if (event.start) std::erase_if(found, [&](const auto& one) { return one.first >= event.step; });
      if (event.scalars.contains("loss")) found.emplace_back(event.step, event.scalars.at("loss"));
    }
    return found;
  }

  /// Each status that the trial's session ends with.
  std::vector<std::uint64_t> statuses(int number) const {
    std::vector<std::uint64_t> found;
    for (const ReadEvent& event : events(run(number))) {
      if (event.tag == kSessionEndTag) found.push_back(fields_of(only_field(event.data, 4)).at(0).varint);
    }
    return found;
  }

  std::size_t count(const fs::path& folder, std::string_view tag) const {
    std::size_t found = 0;
    for (const ReadEvent& event : events(folder)) found += event.tag == tag || event.scalars.contains(std::string(tag));
    return found;
  }

  double seconds_ = 1000;
};

const auto kThree = ElementsAre(std::pair(1, 1.0F), std::pair(2, 0.5F), std::pair(3, 1.0F / 3));

TEST_F(TensorboardLogTest, ATrialHasAFolderWithAllOfIt) {
  TensorboardLog it = log();
  EXPECT_EQ(it.folder(), folder_ / "digits");
  whole_trial(it, 7);
  EXPECT_THAT(losses(7), kThree);
  EXPECT_THAT(statuses(7), ElementsAre(1));
  const auto all = events(run(7));
  EXPECT_EQ(all.at(2).tag, kSessionStartTag);
  EXPECT_EQ(all.at(2).step, 0);
  const auto start = fields_of(only_field(all.at(2).data, 3));
  EXPECT_EQ(only_field(start.at(0).bytes, 1), "rate");
  EXPECT_EQ(all.at(3).scalars.at("train_loss"), 0.5F);
  EXPECT_EQ(all.at(all.size() - 2).scalars.at("trial/pruned"), 0);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_GE(all[i].time, all[i - 1].time);
}

TEST_F(TensorboardLogTest, ColumnsAreWrittenOnceAtTheEndOfTheFirstTrial) {
  TensorboardLog it = log();
  it.begun(trial(0, State::running));
  it.begun(trial(1, State::running));
  train(it, trial(0, State::running), 1, 2);
  EXPECT_THAT(events(it.folder()), IsEmpty());
  it.stopped(trial(0, State::failed));
  EXPECT_THAT(events(it.folder()), IsEmpty()) << "a trial that has measured nothing says nothing of metrics";
  it.stopped(trial(1, State::complete, 2));
  whole_trial(it, 2);
  ASSERT_EQ(count(it.folder(), kExperimentTag), 1U);
  const std::string experiment = only_field(events(it.folder()).back().data, 2);
  std::vector<std::string> metrics;
  for (const MessageField& one : fields_of(experiment)) {
    if (one.number == 5) metrics.push_back(only_field(only_field(one.bytes, 1), 2));
  }
  EXPECT_THAT(metrics, ElementsAre("loss", "train_loss", "trial/pruned"));
  TensorboardLog again = log();
  whole_trial(again, 3);
  EXPECT_EQ(count(it.folder(), kExperimentTag), 1U);
}

TEST_F(TensorboardLogTest, StatesHaveAStatus) {
  TensorboardLog it = log();
  whole_trial(it, 1, State::pruned);
  EXPECT_THAT(statuses(1), ElementsAre(1));
  EXPECT_EQ(events(run(1)).at(6).scalars.at("trial/pruned"), 1);
  whole_trial(it, 2, State::failed);
  EXPECT_THAT(statuses(2), ElementsAre(2));
  EXPECT_EQ(count(run(2), "trial/pruned"), 0U);
  whole_trial(it, 3, State::paused);
  EXPECT_THAT(statuses(3), IsEmpty());
}

TEST_F(TensorboardLogTest, APausedTrialGoesOn) {
  TensorboardLog it = log();
  whole_trial(it, 0, State::paused);
  it.begun(trial(0, State::running, 3));
  train(it, trial(0, State::running, 3), 4, 5);
  it.stopped(trial(0, State::complete, 5));
  EXPECT_THAT(losses(0), SizeIs(5));
  EXPECT_EQ(count(run(0), kSessionStartTag), 1U);
  EXPECT_THAT(statuses(0), ElementsAre(1));
}

TEST_F(TensorboardLogTest, APausedTrialIsClosed) {
  TensorboardLog it = log();
  whole_trial(it, 0, State::paused);
  Trial closed = trial(0, State::pruned, 3);
  closed.reports.erase(closed.reports.begin(), closed.reports.begin() + 2);
  it.stopped(closed);
  EXPECT_THAT(losses(0), kThree);
  EXPECT_THAT(statuses(0), ElementsAre(1));
  EXPECT_EQ(count(run(0), "trial/pruned"), 1U);
}

TEST_F(TensorboardLogTest, AStudyThatGoesOnHasNothingTwice) {
  {
    TensorboardLog it = log();
    whole_trial(it, 0);
    whole_trial(it, 1, State::paused);
    it.begun(trial(2, State::running));
    train(it, trial(2, State::running), 1, 3);
  }
  const auto files = names_in(run(0));
  TensorboardLog it = log();
  it.recalled(trial(0, State::complete, 3));
  it.recalled(trial(1, State::paused, 3));
  EXPECT_EQ(names_in(run(0)), files);
  EXPECT_THAT(losses(1), kThree);
  // The host was killed after the second epoch was kept, and the third is trained again.
  it.begun(trial(2, State::running));
  train(it, trial(2, State::running), 2, 4);
  it.stopped(trial(2, State::complete, 4));
  EXPECT_THAT(losses(2), SizeIs(4));
  EXPECT_EQ(count(run(2), kSessionStartTag), 1U);
  EXPECT_THAT(statuses(2), ElementsAre(1));
}

TEST_F(TensorboardLogTest, AnEndThatWasNotKeptStays) {
  {
    TensorboardLog it = log();
    whole_trial(it, 0);
  }
  const auto before = events(run(0)).size();
  TensorboardLog it = log();
  whole_trial(it, 0);
  EXPECT_EQ(events(run(0)).size(), before);
}

TEST_F(TensorboardLogTest, WhatIsMissingIsWrittenWhenItIsRecalled) {
  {
    TensorboardLog it = log();
    it.begun(trial(1, State::running));
    train(it, trial(1, State::running), 1, 2);
  }
  TensorboardLog it = log();
  it.recalled(trial(0, State::complete, 3));
  it.recalled(trial(1, State::failed, 3));
  it.recalled(trial(2, State::paused, 3));
  for (const int number : {0, 1, 2}) EXPECT_THAT(losses(number), kThree);
  EXPECT_THAT(statuses(0), ElementsAre(1));
  EXPECT_THAT(statuses(1), ElementsAre(2));
  EXPECT_THAT(statuses(2), IsEmpty());
  EXPECT_EQ(count(it.folder(), kExperimentTag), 1U);
}

TEST_F(TensorboardLogTest, ATrialThatWasTrainedBeforeBeganBefore) {
  TensorboardLog it = log();
  it.recalled(trial(0, State::complete, 1));
  const ReadEvent start = events(run(0)).at(2);
  const auto fields = fields_of(only_field(start.data, 3));
  EXPECT_EQ(std::bit_cast<double>(fields.back().varint), start.time - 2);
}

TEST_F(TensorboardLogTest, AnEpochIsReportedAgain) {
  TensorboardLog it = log();
  it.begun(trial(0, State::running));
  train(it, trial(0, State::running), 1, 3);
  it.reported(trial(0, State::running, 3), report(3, 0.125));
  it.stopped(trial(0, State::complete, 3));
  EXPECT_THAT(losses(0), ElementsAre(std::pair(1, 1.0F), std::pair(2, 0.5F), std::pair(3, 0.125F)));
  EXPECT_THAT(names_in(run(0)), SizeIs(1));
}

TEST_F(TensorboardLogTest, MoreIsMeasuredOfATrialThatHasEnded) {
  TensorboardLog it = log();
  whole_trial(it, 0);
  it.measured(trial(0, State::complete, 3), {{"test_loss", 0.5}});
  EXPECT_THAT(losses(0), kThree);
  EXPECT_EQ(events(run(0)).back().step, 3);
  EXPECT_THAT(events(run(0)).back().scalars, ElementsAre(std::pair("test_loss", 0.5F)));
}

TEST_F(TensorboardLogTest, AFaultIsToldOnceAndNothingThrows) {
  TensorboardLog it = log();
  std::vector<std::string> faults;
  it.report_to([&](const std::string& fault) { faults.push_back(fault); });
  whole_trial(it, 0);
  fs::create_directories(run(1));
  fs::create_symlink("/dev/full", run(1) / "events.out.tfevents.00001.pegbox");
  whole_trial(it, 1);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0], AllOf(HasSubstr("nothing more is written for TensorBoard"), HasSubstr("No space left"),
                               HasSubstr("trial_00001")));
  whole_trial(it, 2);
  it.recalled(trial(3, State::complete, 3));
  EXPECT_THAT(faults, SizeIs(1));
  EXPECT_FALSE(fs::exists(run(2)));
  EXPECT_THAT(losses(0), kThree);
}

}  // namespace
}  // namespace pegbox

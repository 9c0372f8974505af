#include <pegbox/tuner.hpp>

#include "../cli/process.hpp"
#include "studies.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

class KeptTuner : public InFolder {
 protected:
  Tuner kept(const std::string& strategy, int trials) const {
    Tuner tuner = on_plane(strategy, trials);
    tuner.set("study", "bowl").set("run.storage", '"' + database() + '"').set("epochs", "9").set("seed", "3");
    return tuner;
  }

  std::string database() const { return (folder_ / "studies.db").string(); }

  Finished host(std::vector<std::string> words) const {
    words.insert(words.end(), {"--storage", database()});
    return pegbox(words);
  }
};

void train(TrialContext& trial) {
  Descent descent{bowl(trial.params())};
  trial.save([&] { return descent.written(); });
  if (const auto state = trial.restore()) descent.read(*state);
  for (Budget epoch = trial.epoch() + 1; epoch <= trial.until(); ++epoch) {
    if (!trial.report(epoch, {{"loss", descent.next()}})) return;
  }
}

TEST_F(KeptTuner, GoesOnToTheSameEnd) {
  for (const char* strategy : {"tpe", "hyperband", "{name: pbt, population: 3, explore: 'x, y'}"}) {
    SCOPED_TRACE(strategy);
    Tuner whole = on_plane(strategy, 24);
    const TunedStudy uninterrupted = whole.set("epochs", "9").set("seed", "3").run(&train);

    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    int runs = 0;
    Ending ending = Ending::interrupted;
    TunedStudy study;
    for (; ending == Ending::interrupted && runs < 100; ++runs) {
      std::stop_source stop;
      int trained = 0;
      Tuner tuner = kept(strategy, 24);
      study = tuner.run(
          [&](TrialContext& trial) {
            if (++trained == 7) stop.request_stop();
            train(trial);
          },
          stop.get_token());
      ending = study.ending;
    }
    EXPECT_GT(runs, 2);
    EXPECT_EQ(study.ending, uninterrupted.ending);
    EXPECT_EQ(tried(study), tried(uninterrupted));
  }
}

TEST_F(KeptTuner, AStudyThatIsDoneIsReadAgain) {
  Tuner first = kept("random", 10);
  const TunedStudy before = first.run(&train);
  int calls = 0;
  Tuner second = kept("random", 10);
  const TunedStudy after = second.run([&](TrialContext&) { ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(tried(after), tried(before));
}

TEST_F(KeptTuner, TheHostReadsIt) {
  Tuner tuner = kept("random", 10);
  const TunedStudy study = tuner.run(&train);
  const std::string best = std::to_string(study.best()->number);
  const Finished status = host({"status"});
  EXPECT_EQ(status.code, 0) << status.err;
  EXPECT_THAT(status.out, AllOf(HasSubstr("bowl"), HasSubstr("(trial " + best + ")")));
  const Finished found = host({"best"});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("best trial " + best + " of 10"));
  const Finished report = host({"report", "-o", (folder_ / "bowl.html").string()});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_GT(std::filesystem::file_size(folder_ / "bowl.html"), 1000U);
  EXPECT_EQ(host({"storage", "check"}).code, 0);
}

TEST_F(KeptTuner, TheHostKnowsThatThereIsNoModel) {
  kept("random", 3).run(&train);
  const Finished trained = host({"train", "-o", (folder_ / "bowl.pt").string()});
  EXPECT_EQ(trained.code, 2);
  EXPECT_THAT(trained.err, HasSubstr("a function of another program trains study 'bowl'"));
  const Finished exported = host({"export", "--format", "study"});
  EXPECT_EQ(exported.code, 2);
  EXPECT_THAT(exported.err, HasSubstr("a function of another program trains study 'bowl'"));
}

TEST_F(KeptTuner, TakesWhatTheHostPutsIntoTheQueue) {
  kept("random", 3).run(&train);
  EXPECT_EQ(host({"enqueue", "--set", "x=1.5", "--set", "y=-1.5"}).code, 0);
  const TunedStudy study = kept("random", 3).run(&train);
  ASSERT_THAT(study.trials, SizeIs(4));
  EXPECT_EQ(study.trials.back().params, (Params{{"x", 1.5}, {"y", -1.5}}));
  EXPECT_EQ(study.trials.back().state, State::complete);
}

TEST_F(KeptTuner, AChangedStudyIsRefusedUnlessThatIsAllowed) {
  kept("random", 3).run(&train);
  EXPECT_THAT([&] { kept("random", 5).run(&train); },
              ThrowsMessage<StudyError>(AllOf(HasSubstr("trials: 3 → 5"), HasSubstr("Say allow_change() to go on"))));
  std::string note;
  const TunedStudy study =
      kept("random", 5).allow_change().on_note([&](const std::string& text) { note = text; }).run(&train);
  EXPECT_THAT(study.trials, SizeIs(5));
  EXPECT_THAT(note, HasSubstr("goes on with these changes"));
}

TEST_F(KeptTuner, OneRunsAStudyAtATime) {
  std::string refusal;
  kept("random", 2).run([&](TrialContext& trial) {
    try {
      kept("random", 2).run(&train);
    } catch (const StoreError& error) {
      refusal = error.what();
    }
    train(trial);
  });
  EXPECT_THAT(refusal, HasSubstr("bowl"));
  EXPECT_THAT([&] { kept("random", 2).set("run.storage", "/nowhere/at/all.db").run(&train); },
              ThrowsMessage<StoreError>(HasSubstr("/nowhere/at/all.db")));
}

}  // namespace
}  // namespace pegbox

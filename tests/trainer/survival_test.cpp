// What a study needs to go on after a kill: the same bits, whatever was lost.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include "files/sealed_file.hpp"
#include "small_model.hpp"
#include "trainer/libtorch_trainer.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

/// Builds wider than it is asked to.
class ChangedModel : public SmallModel {
 public:
  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    return std::make_shared<SmallNet>(params.get<std::int64_t>("width") + 1, info.outputs);
  }
};

class SurvivalTest : public testing::Test {
 protected:
  SurvivalTest() {
    std::string pattern = (fs::temp_directory_path() / "pegbox_survival_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    plan_.model = &kPlugin<SmallModel>;
    plan_.data = &data_;
    plan_.device = "cpu";
    plan_.epochs = 9;
    plan_.checkpoints.folder = folder_;
    plan_.checkpoints.study = "token";
    plan_.checkpoints.every_seconds = 0;
    plan_.checkpoints.on_fault = [this](const std::string& text) { add(faults_, text); };
    plan_.checkpoints.on_note = [this](const std::string& text) { add(notes_, text); };
  }
  ~SurvivalTest() override { fs::remove_all(folder_); }

  std::unique_ptr<Trainer> trainer() const { return make_trainer(plan_); }

  fs::path file(int number) const { return folder_ / (std::to_string(number) + ".checkpoint"); }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename().string());
    return names;
  }

  std::string raw(int number) const {
    std::ifstream stream(file(number), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  void set_raw(int number, const std::string& bytes) const { std::ofstream(file(number), std::ios::binary) << bytes; }

  /// The trial trained to its `until` by a trainer that keeps nothing.
  Trial in_one_go(Trial one) {
    TrainerPlan plan = plan_;
    plan.checkpoints = {};
    train(*make_trainer(plan), one);
    return one;
  }

  /// Trains up to an epoch and saves, as a run that is then killed.
  Trial saved_at(Trial one, Budget epoch) const {
    const auto subject = trainer();
    one.until = epoch;
    train(*subject, one);
    subject->save(one);
    return one;
  }

  /// Another run goes on with the trial up to an epoch.
  Trial gone_on(Trial one, Budget until) const {
    one.until = until;
    train(*trainer(), one);
    return one;
  }

  std::mutex mutex_;
  std::vector<std::string> faults_;
  std::vector<std::string> notes_;
  Table data_ = clouds();
  fs::path folder_;
  TrainerPlan plan_;

 private:
  void add(std::vector<std::string>& list, const std::string& text) {
    const std::lock_guard lock(mutex_);
    list.push_back(text);
  }
};

/// Appends what was recovered, as the scheduler does.
std::size_t recover(Trainer& trainer, Trial& trial) {
  const std::vector<Report> reports = trainer.recover(trial);
  trial.reports.insert(trial.reports.end(), reports.begin(), reports.end());
  return reports.size();
}

struct Rule {
  const char* name;
  const char* optimizer;
  double momentum;
  bool everything = false;
};

/// All that draws, or that a trial has to remember.
const Params kEverything{{"warmup", 0.2}, {"schedule", "one_cycle"}, {"patience", 3},    {"flip", true},
                         {"crop", 1},     {"label_smoothing", 0.1},  {"clip_norm", 0.5}, {"class_weights", "balanced"}};

class OptimizerSurvivalTest : public SurvivalTest, public testing::WithParamInterface<Rule> {
 protected:
  OptimizerSurvivalTest() {
    if (!GetParam().everything) return;
    data_.shape = {1, 2};
    plan_.folds = 3;
    plan_.repeats = 2;
    plan_.test = 0.2;
  }

  static Trial one(int number, Budget until) {
    Trial result = trial(number, until);
    result.params.set("optimizer", GetParam().optimizer);
    result.params.set("momentum", GetParam().momentum);
    result.params.set("batch_size", 16);  // more than one step an epoch
    if (!GetParam().everything) return result;
    for (const auto& [name, value] : kEverything) result.params.set(name, value);
    return result;
  }
};

INSTANTIATE_TEST_SUITE_P(All, OptimizerSurvivalTest,
                         testing::Values(Rule{"sgd", "sgd", 0.0}, Rule{"sgd_momentum", "sgd", 0.9},
                                         Rule{"adam", "adam", 0.0}, Rule{"adamw", "adamw", 0.0},
                                         Rule{"rmsprop", "rmsprop", 0.0}, Rule{"rmsprop_momentum", "rmsprop", 0.9},
                                         Rule{"adagrad", "adagrad", 0.0}, Rule{"everything", "sgd", 0.9, true},
                                         Rule{"everything_adamw", "adamw", 0.9, true}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(OptimizerSurvivalTest, ATrialThatWasCutShortIsRecovered) {
  const Trial whole = in_one_go(one(2, 6));
  saved_at(one(2, 6), 3);
  const auto next = trainer();
  Trial parts = one(2, 6);
  EXPECT_EQ(recover(*next, parts), 3U);
  train(*next, parts);
  EXPECT_EQ(history(parts), history(whole));
  EXPECT_THAT(notes_, IsEmpty());
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_P(OptimizerSurvivalTest, APausedTrialGoesOnFromItsCheckpoint) {
  const Trial whole = in_one_go(one(2, 6));
  EXPECT_EQ(history(gone_on(saved_at(one(2, 6), 3), 6)), history(whole));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_P(OptimizerSurvivalTest, WithoutItsCheckpointAPausedTrialIsTrainedAgain) {
  const Trial whole = in_one_go(one(2, 6));
  const Trial paused = saved_at(one(2, 6), 3);
  fs::remove(file(2));
  EXPECT_EQ(history(gone_on(paused, 6)), history(whole));
  EXPECT_THAT(notes_, ElementsAre("trial 2 is trained again from epoch 1 to epoch 3: its checkpoint is missing"));
}

TEST_P(OptimizerSurvivalTest, ACheckpointThatIsBehindSavesTheEpochsBeforeIt) {
  const Trial whole = in_one_go(one(2, 6));
  saved_at(one(2, 6), 3);
  Trial reached = whole;
  reached.reports.resize(5);
  const auto next = trainer();
  EXPECT_EQ(recover(*next, reached), 0U);
  reached.until = 6;
  train(*next, reached);
  EXPECT_EQ(history(reached), history(whole));
  EXPECT_THAT(notes_, ElementsAre("trial 2 is trained again from epoch 4 to epoch 5: its checkpoint is of epoch 3"));
}

// A copy's checkpoint is written before the optimizer's first step.
TEST_P(OptimizerSurvivalTest, ACopyIsTheSameFromMemoryItsCheckpointOrItsSource) {
  Trial source = one(0, 3);
  Trial copy = one(1, 4);
  copy.from = 0;
  Trial wanted = copy;
  {
    const auto subject = trainer();
    train(*subject, source);
    subject->save(source);
    subject->fork(source, copy);
    train(*subject, wanted);
    EXPECT_NE(history(wanted), history(in_one_go(one(1, 4)))) << "the weights are the source's";
    source.until = 5;
    Trial on = source;
    train(*subject, on);
    subject->save(on);
  }
  EXPECT_THAT(files(), UnorderedElementsAre("0.checkpoint", "1.checkpoint"));
  const auto again = [&] {
    const auto subject = trainer();
    subject->fork(source, copy);
    Trial result = copy;
    train(*subject, result);
    return history(result);
  };
  EXPECT_EQ(again(), history(wanted));
  EXPECT_THAT(notes_, IsEmpty()) << "from its own checkpoint";
  fs::remove(file(1));
  EXPECT_EQ(again(), history(wanted));
  EXPECT_THAT(notes_, ElementsAre("trial 0 is trained again from epoch 1 to epoch 3: its checkpoint is of epoch 5"));
}

TEST_F(SurvivalTest, ATornOrChangedCheckpointIsNoticedAndTheTrialTrainedAgain) {
  const Trial whole = in_one_go(trial(2, 4));
  const Trial paused = saved_at(trial(2, 4), 2);
  const std::string good = raw(2);
  std::vector<std::string> bad;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{30}, good.size() / 2, good.size() - 1}) {
    bad.push_back(good.substr(0, size));
  }
  for (const std::size_t place : {std::size_t{0}, std::size_t{25}, std::size_t{40}, good.size() / 2, good.size() - 1}) {
    bad.push_back(good);
    bad.back()[place] = static_cast<char>(bad.back()[place] ^ 4);
  }
  for (const std::string& bytes : bad) {
    set_raw(2, bytes);
    notes_.clear();
    Trial fresh = trial(2, 4);
    const auto next = trainer();
    EXPECT_EQ(recover(*next, fresh), 0U);
    EXPECT_THAT(notes_, ElementsAre("the checkpoint of trial 2 is not used: it is torn"));
    train(*next, fresh);
    EXPECT_EQ(history(fresh), history(whole));
    set_raw(2, bytes);
    notes_.clear();
    EXPECT_EQ(history(gone_on(paused, 4)), history(whole));
    EXPECT_THAT(notes_, ElementsAre("trial 2 is trained again from epoch 1 to epoch 2: its checkpoint is torn"));
  }
}

TEST_F(SurvivalTest, ASealedFileOfSomethingElseIsNoticed) {
  const Trial whole = in_one_go(trial(2, 4));
  const Trial paused = saved_at(trial(2, 4), 2);
  const std::string payload = read_sealed(file(2)).value();
  for (const std::string& bytes : {std::string(), std::string("{}"), std::string(5000, '\0'), payload.substr(0, 900)}) {
    write_sealed(file(2), bytes);
    notes_.clear();
    EXPECT_EQ(history(gone_on(paused, 4)), history(whole));
    EXPECT_THAT(notes_, ElementsAre(HasSubstr("its checkpoint is torn")));
  }
}

TEST_F(SurvivalTest, ACheckpointOfAnotherStudySeedOrHyperparametersIsNotUsed) {
  saved_at(trial(2, 3), 3);
  const auto refused = [&](const Trial& other) {
    notes_.clear();
    EXPECT_THAT(trainer()->recover(other), IsEmpty());
    EXPECT_THAT(notes_,
                ElementsAre("the checkpoint of trial 2 is not used: it is of another study, seed or hyperparameters"));
  };
  Trial other = trial(2, 6);
  other.seed += 1;
  refused(other);
  other = trial(2, 6);
  other.params.set("momentum", 0.5);
  refused(other);
  plan_.checkpoints.study = "other";
  refused(trial(2, 6));
}

TEST_F(SurvivalTest, ACheckpointOfAnotherNetworkIsNotUsed) {
  const Trial paused = saved_at(trial(2, 4), 2);
  plan_.model = &kPlugin<ChangedModel>;
  EXPECT_THAT(trainer()->recover(trial(2, 4)), IsEmpty());
  EXPECT_THAT(notes_, ElementsAre(AllOf(HasSubstr("of trial 2 "), HasSubstr("does not fit the network"))));
  notes_.clear();
  EXPECT_THAT(gone_on(paused, 4).reports, SizeIs(4));
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("does not fit the network")));
}

TEST_F(SurvivalTest, RecoversOnlyWhatTheTrialAsksFor) {
  const Trial saved = saved_at(trial(2, 5), 5);
  const auto next = trainer();
  EXPECT_THAT(next->recover(trial(2, 4)), IsEmpty()) << "beyond its until";
  EXPECT_THAT(next->recover(saved), IsEmpty()) << "nothing new";
  EXPECT_THAT(next->recover(trial(3, 4)), IsEmpty()) << "no such file";
  Trial parts = saved;
  parts.reports.resize(3);
  EXPECT_EQ(recover(*next, parts), 2U);
  EXPECT_EQ(history(parts), history(saved));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(SurvivalTest, WhatWasRecoveredCanBeSavedAgainAndGoneOnFrom) {
  const Trial whole = in_one_go(trial(2, 6));
  saved_at(trial(2, 6), 2);
  Trial parts = trial(2, 4);
  {
    const auto next = trainer();
    recover(*next, parts);
    train(*next, parts);
    next->save(parts);
  }
  Trial fresh = trial(2, 6);
  const auto last = trainer();
  EXPECT_EQ(recover(*last, fresh), 4U);
  train(*last, fresh);
  EXPECT_EQ(history(fresh), history(whole));
}

TEST_F(SurvivalTest, SavesOnlyTheEpochThatTheTrialHasReached) {
  const auto subject = trainer();
  Trial one = trial(0, 3);
  train(*subject, one);
  Trial judged = one;
  judged.reports.resize(2);
  subject->save(judged);
  EXPECT_THAT(files(), IsEmpty());
  subject->save(trial(1, 3));
  EXPECT_THAT(files(), IsEmpty()) << "not in memory";
  subject->save(one);
  EXPECT_THAT(files(), ElementsAre("0.checkpoint"));
}

TEST_F(SurvivalTest, AFamilyOfCopiesIsBuiltAgainFromNothing) {
  std::vector<Trial> trials{trial(0, 2)};
  std::vector<Trial> sources;
  plan_.checkpoints.folder.clear();
  const auto subject = trainer();
  train(*subject, trials[0]);
  for (int number = 1; number <= 3; ++number) {
    sources.push_back(trials.back());
    Trial copy = trial(number, 2);
    copy.from = number - 1;
    subject->fork(sources.back(), copy);
    train(*subject, copy);
    trials.push_back(copy);
  }
  const auto next = trainer();
  for (int number = 1; number <= 3; ++number) {
    next->fork(sources[static_cast<std::size_t>(number) - 1], trial(number, 2));
  }
  next->forget(1);  // a copy's lineage outlives its source's
  Trial last = trial(3, 2);
  last.from = 2;
  train(*next, last);
  EXPECT_EQ(history(last), history(trials[3]));
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("trial 0 is trained again"), HasSubstr("trial 1 is trained again"),
                                  HasSubstr("trial 2 is trained again")));
}

TEST_F(SurvivalTest, WhatIsFreedToSaveMemoryGoesOnEqually) {
  constexpr int kTrials = 4;
  plan_.checkpoints.paused_bytes = 1;
  const auto subject = trainer();
  std::vector<Trial> trials;
  for (int i = 0; i < kTrials; ++i) {
    trials.push_back(trial(i, 2));
    train(*subject, trials.back());
    subject->save(trials.back());
  }
  EXPECT_THAT(files(), SizeIs(kTrials));
  Trial copy = trial(kTrials, 2);
  copy.from = 0;
  subject->fork(trials[0], copy);
  Trial wanted = copy;
  {
    TrainerPlan plan = plan_;
    plan.checkpoints = {};
    const auto other = make_trainer(plan);
    Trial source = trial(0, 2);
    train(*other, source);
    other->fork(source, wanted);
    train(*other, wanted);
  }
  for (Trial& one : trials) {
    one.until = 4;
    train(*subject, one);
    EXPECT_EQ(history(one), history(in_one_go(trial(one.number, 4))));
  }
  train(*subject, copy);
  EXPECT_EQ(history(copy), history(wanted)) << "its source has gone on";
  EXPECT_THAT(notes_, IsEmpty());
  for (const int number : {0, 1, 2, 3}) EXPECT_TRUE(fs::remove(file(number)));
  trials[0].until = 5;
  train(*subject, trials[0]);
  EXPECT_THAT(notes_, IsEmpty()) << "what was not saved since is still in memory";
}

TEST_F(SurvivalTest, FreedMemoryIsFreed) {
  plan_.checkpoints.paused_bytes = 1;
  const auto subject = trainer();
  Trial one = trial(0, 2);
  train(*subject, one);
  subject->save(one);
  fs::remove(file(0));
  one.until = 3;
  train(*subject, one);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("its checkpoint is missing")));
}

TEST_F(SurvivalTest, UnloadKeepsTheFileAndForgetRemovesIt) {
  const Trial whole = in_one_go(trial(0, 4));
  {
    const auto subject = trainer();
    Trial one = trial(0, 2);
    train(*subject, one);
    subject->save(one);
    subject->unload(0);
    EXPECT_THAT(files(), ElementsAre("0.checkpoint"));
    one.until = 4;
    train(*subject, one);
    EXPECT_EQ(history(one), history(whole));
    EXPECT_THAT(notes_, IsEmpty());
  }
  EXPECT_THAT(files(), ElementsAre("0.checkpoint")) << "the trainer's end";
  trainer()->forget(0);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(SurvivalTest, CheckpointsAppearEverySoManyEpochs) {
  plan_.checkpoints.every_epochs = 2;
  const auto subject = trainer();
  Trial one = trial(0, 7);
  std::map<Budget, std::string> seen;  // the file at the report of each epoch
  subject->run(one, [&](const Report& report) {
    one.reports.push_back(report);
    seen[report.epoch] = raw(0);
    return true;
  });
  EXPECT_EQ(seen[1], "");
  EXPECT_EQ(seen[2], "") << "the epoch's report comes first";
  EXPECT_NE(seen[3], "");
  EXPECT_EQ(seen[4], seen[3]);
  EXPECT_NE(seen[5], seen[4]);
  EXPECT_EQ(seen[6], seen[5]);
  EXPECT_NE(seen[7], seen[6]);
  Trial fresh = trial(0, 9);
  EXPECT_EQ(recover(*trainer(), fresh), 6U);
  EXPECT_EQ(history(in_one_go(trial(0, 7))), history(one));
}

TEST_F(SurvivalTest, CheckpointsAppearByTime) {
  plan_.checkpoints.every_seconds = 1e-9;
  const auto subject = trainer();
  std::vector<bool> there;
  subject->run(trial(0, 3), [&](const Report&) {
    there.push_back(fs::exists(file(0)));
    return true;
  });
  EXPECT_THAT(there, ElementsAre(false, true, true));
}

TEST_F(SurvivalTest, ATrialThatIsToldToStopIsNotWritten) {
  plan_.checkpoints.every_epochs = 1;
  trainer()->run(trial(0, 3), [](const Report&) { return false; });
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(SurvivalTest, AFolderThatCannotBeWrittenIsAFaultAndNoMore) {
  const Trial whole = in_one_go(trial(0, 4));
  std::ofstream(folder_ / "file") << "x";
  plan_.checkpoints.folder = folder_ / "file" / "below";
  plan_.checkpoints.every_epochs = 1;
  plan_.checkpoints.paused_bytes = 1;
  const auto subject = trainer();
  Trial one = trial(0, 2);
  train(*subject, one);
  subject->save(one);
  one.until = 4;
  train(*subject, one);
  EXPECT_EQ(history(one), history(whole));
  EXPECT_THAT(notes_, IsEmpty()) << "the network stayed in memory";
  EXPECT_THAT(faults_, SizeIs(5));
  const std::string path = (plan_.checkpoints.folder / "0.checkpoint").string();
  EXPECT_THAT(faults_, Each("the checkpoint '" + path + "' cannot be written: Not a directory"));
  subject->forget(0);
}

TEST_F(SurvivalTest, AFolderThatIsMissingIsMade) {
  plan_.checkpoints.folder = folder_ / "a" / "b";
  saved_at(trial(0, 1), 1);
  EXPECT_TRUE(fs::exists(folder_ / "a" / "b" / "0.checkpoint"));
}

TEST_F(SurvivalTest, WithoutAFolderNothingIsWritten) {
  plan_.checkpoints.folder.clear();
  plan_.checkpoints.every_epochs = 1;
  const auto subject = trainer();
  Trial one = trial(0, 2);
  train(*subject, one);
  subject->save(one);
  EXPECT_THAT(subject->recover(trial(0, 2)), IsEmpty());
  EXPECT_THAT(files(), IsEmpty());
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_P(OptimizerSurvivalTest, ATestMeasuresTheSameWhereverTheNetworkComesFrom) {
  plan_.test = 0.2;
  Trial done = one(2, 6);
  Metrics wanted;
  {
    const auto subject = trainer();
    train(*subject, done);
    wanted = subject->test(done);
    EXPECT_EQ(subject->test(done), wanted);
    subject->save(done);
  }
  EXPECT_THAT(wanted, Contains(Pair("accuracy", Gt(0.5))));
  EXPECT_EQ(trainer()->test(done), wanted) << "from its checkpoint";
  fs::remove(file(2));
  EXPECT_EQ(trainer()->test(done), wanted) << "trained again";
}

TEST_P(OptimizerSurvivalTest, ATestChangesNothing) {
  plan_.test = 0.2;
  const Trial whole = in_one_go(one(2, 6));
  const auto subject = trainer();
  Trial parts = one(2, 3);
  train(*subject, parts);
  subject->test(parts);
  parts.until = 6;
  train(*subject, parts);
  EXPECT_EQ(history(parts), history(whole));
}

TEST_P(OptimizerSurvivalTest, ManyThreadsSaveFreeAndGoOn) {
  constexpr int kTrials = 12;
  plan_.checkpoints.paused_bytes = 1000;
  plan_.checkpoints.every_epochs = 1;
  const auto subject = trainer();
  std::vector<std::vector<Metrics>> seen(kTrials);
  std::vector<std::thread> threads;
  for (int first = 0; first < 4; ++first) {
    threads.emplace_back([&, first] {
      std::vector<Trial> mine;
      for (int i = first; i < kTrials; i += 4) mine.push_back(one(i, 0));
      for (const Budget until : {1, 3, 4}) {
        for (Trial& next : mine) {
          next.until = until;
          train(*subject, next);
          subject->save(next);
        }
      }
      for (const Trial& done : mine) seen[static_cast<std::size_t>(done.number)] = history(done);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kTrials; ++i) {
    EXPECT_EQ(seen[static_cast<std::size_t>(i)], history(in_one_go(one(i, 4)))) << i;
  }
  EXPECT_THAT(notes_, IsEmpty());
}

}  // namespace
}  // namespace pegbox

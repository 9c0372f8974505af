#include <algorithm>
#include <csignal>
#include <set>

#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A study that is kept in `s.db`.
class Kept : public CliTest {
 protected:
  static inline const std::vector<std::string> kStudy =
      kRunDigits +
      std::vector<std::string>{
          "--storage",           "s.db",  "--epochs",           "2", "--seed", "3", "--window", "4", "--set",
          "space.width=[8, 16]", "--set", "space.layers.high=2"};
  static inline const std::vector<std::string> kStored{"--storage", "s.db"};

  Finished run(const std::vector<std::string>& more) const { return here(kStudy + more); }
  json read(const std::string& verb, const std::vector<std::string>& more = {}) const {
    const Finished finished =
        here(std::vector<std::string>{verb} + kStored + more + std::vector<std::string>{"--format", "json"});
    EXPECT_THAT(finished, Exits(0));
    return json::parse(finished.out, nullptr, false);
  }
};

TEST_F(Kept, IsThereWhenItHasEnded) {
  const Finished finished = run({"--trials", "4"});
  ASSERT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.err, AllOf(HasSubstr("It is kept in"), Not(HasSubstr("in memory"))));
  const json found = result(finished);
  EXPECT_EQ(read("trials"), found.at("trials"));
  EXPECT_EQ(read("best"), found.at("best"));
  const json status = read("status");
  EXPECT_EQ(status.at("states").at("complete"), 4);
  EXPECT_EQ(status.at("trials"), 4);
  EXPECT_EQ(status.at("host"), nullptr);
  EXPECT_EQ(read("show", {"2"}).at("reports").size(), 2U);
  EXPECT_THAT(here({"storage", "check", "--storage", "s.db"}), Exits(0));
}

TEST_F(Kept, WhatIsNotKeptSaysSo) {
  EXPECT_THAT(here(kRunDigits + std::vector<std::string>{"--trials", "1", "--epochs", "1"}).err,
              HasSubstr("kept in memory only"));
}

TEST_F(Kept, GoesOnWhereMoreTrialsAreAllowed) {
  const json whole = result(run({"--trials", "7", "--study", "whole"}));
  ASSERT_THAT(run({"--trials", "4", "--study", "parts"}), Exits(0));
  const Finished refused = run({"--trials", "7", "--study", "parts"});
  EXPECT_THAT(refused, Refuses(2, AllOf(HasSubstr("trials: 4 → 7"), HasSubstr("--allow-change"))));
  const Finished rest = run({"--trials", "7", "--study", "parts", "--allow-change"});
  ASSERT_THAT(rest, Exits(0));
  EXPECT_EQ(without_seconds(result(rest).at("trials")), without_seconds(whole.at("trials")));
  EXPECT_EQ(result(rest).at("best").at("values"), whole.at("best").at("values"));
  EXPECT_THAT(rest.err, Not(HasSubstr("trial 3 "))) << "what was done is not shown as done again";
}

TEST_F(Kept, AStudyThatHasEndedIsNotRunAgain) {
  const json first = result(run({"--trials", "3"}));
  const json second = result(run({"--trials", "3"}));
  EXPECT_EQ(second.at("trials"), first.at("trials")) << "the times too";
}

TEST_F(Kept, WhatIsNotSaidStaysAsItWas) {
  ASSERT_THAT(run({"--trials", "3"}), Exits(0));
  const Finished again = run({});
  ASSERT_THAT(again, Exits(0));
  EXPECT_EQ(result(again).at("trials").size(), 3U);
}

struct Changed {
  const char* name;
  std::vector<std::string> options;
  const char* difference;
  bool acceptable;
};

class ChangedTest : public Kept, public testing::WithParamInterface<Changed> {};

TEST_P(ChangedTest, IsRefusedWithWhatDiffers) {
  ASSERT_THAT(run({"--trials", "2"}), Exits(0));
  const json before = read("trials");
  const Finished refused = run(std::vector<std::string>{"--trials", "2"} + GetParam().options);
  EXPECT_THAT(refused, Refuses(2, AllOf(HasSubstr(GetParam().difference), HasSubstr("study 'study' in"))));
  const Finished allowed = run(std::vector<std::string>{"--trials", "2", "--allow-change"} + GetParam().options);
  EXPECT_THAT(allowed, Exits(GetParam().acceptable ? 0 : 2));
  EXPECT_EQ(read("trials"), before) << "nothing is lost either way";
}

INSTANTIATE_TEST_SUITE_P(
    All, ChangedTest,
    testing::Values(
        Changed{"seed", {"--set", "seed=4"}, "seed: 3 → 4", false},
        Changed{"model", {"--set", "model.max_layers=3"}, "model.settings.max_layers: 4 → 3", false},
        Changed{"objective", {"--set", "objective=loss"}, "objectives: ", false},
        Changed{"epochs", {"--set", "epochs=3"}, "epochs: 2 → 3", false},
        Changed{"choices", {"--set", "space.width=[8, 16, 32]"}, "space.width.choices: [8,16] → [8,16,32]", false},
        Changed{"fixed", {"--set", "space.activation=relu"}, "space.activation", false},
        Changed{"narrower", {"--set", "space.layers.high=1"}, "space.layers", false},
        Changed{"wider", {"--set", "space.layers.high=4"}, "space.layers.high: 2 → 4", true},
        Changed{"strategy",
                {"--strategy", "grid", "--set", "strategy.points=2"},
                "strategy.name: \"auto\" → \"grid\"",
                true},
        Changed{"pruner", {"--pruner", "median"}, "pruner: none → ", true},
        Changed{"enqueue", {"--set", "enqueue=[{layers: 2}]"}, "enqueue: 1 point more", true},
        Changed{"window", {"--set", "window=5"}, "window: 4 → 5", true}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(Kept, AutoMayChooseAnotherOneForMoreTrials) {
  const json before = result(run({"--trials", "3"}));
  EXPECT_THAT(before.at("study").at("strategy").at("choice").get<std::string>(), testing::StartsWith("sobol"));
  const json after = result(run({"--trials", "12", "--allow-change"}));
  EXPECT_THAT(after.at("study").at("strategy").at("choice").get<std::string>(), testing::StartsWith("tpe"));
  ASSERT_EQ(after.at("trials").size(), 12U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(after.at("trials")[i], before.at("trials")[i]);
}

TEST_F(Kept, AStrategyThatIsNotSaidAnyMoreIsAChange) {
  ASSERT_THAT(run({"--trials", "2", "--strategy", "random"}), Exits(0));
  EXPECT_THAT(run({"--trials", "2"}),
              Refuses(2, AllOf(HasSubstr("strategy.name: \"random\" → \"auto\""), HasSubstr("--allow-change"))));
  EXPECT_THAT(run({"--trials", "2", "--strategy", "random"}), Exits(0));
}

TEST_F(Kept, HowItIsRunMayChange) {
  ASSERT_THAT(run({"--trials", "2"}), Exits(0));
  EXPECT_THAT(run({"--trials", "2", "--max-failures", "9", "--trial-timeout", "1h", "--checkpoint-epochs", "1"}),
              Exits(0));
}

TEST_F(Kept, ADataFileMayMoveButNotChange) {
  const std::string rows = "x,y,label\n0,1,a\n1,0,b\n0,2,a\n2,0,b\n0,3,a\n3,0,b\n0,4,a\n4,0,b\n0,5,a\n5,0,b\n";
  write("one.csv", rows);
  write("two.csv", rows);
  write("three.csv", rows + "7,0,b\n");
  const auto run_on = [&](const std::string& file) {
    return here({"run", "--model", "mlp", "--data", file, "--target", "label", "--storage", "s.db", "--trials", "2",
                 "--epochs", "1", "--jobs", "1"});
  };
  ASSERT_THAT(run_on("one.csv"), Exits(0));
  EXPECT_THAT(run_on("two.csv"), Exits(0));
  EXPECT_THAT(run_on("three.csv"), Refuses(2, HasSubstr("data: its content has changed")));
}

TEST_F(Kept, SeveralStudiesInOneStorage) {
  ASSERT_THAT(run({"--trials", "2", "--study", "one"}), Exits(0));
  ASSERT_THAT(run({"--trials", "1", "--study", "two"}), Exits(0));
  EXPECT_THAT(here({"best", "--storage", "s.db"}), Refuses(2, AllOf(HasSubstr("one"), HasSubstr("two"))));
  EXPECT_EQ(read("trials", {"--study", "one"}).size(), 2U);
  EXPECT_THAT(here({"best", "--storage", "s.db", "--study", "tow"}), Refuses(2, HasSubstr("did you mean 'two'")));
  EXPECT_EQ(json::parse(here({"status", "--storage", "s.db", "--format", "json"}).out).size(), 2U);

  EXPECT_THAT(here({"rm", "--storage", "s.db", "--study", "one"}), Refuses(2, HasSubstr("--yes")));
  EXPECT_THAT(here({"rm", "--storage", "s.db", "--study", "one", "--yes"}), Exits(0));
  EXPECT_EQ(read("trials").size(), 1U);
}

TEST_F(Kept, QueuedPointsAreTriedBeyondTheLimit) {
  ASSERT_THAT(run({"--trials", "2"}), Exits(0));
  EXPECT_THAT(here({"enqueue", "--storage", "s.db", "--set", "layer=1"}),
              Refuses(2, HasSubstr("did you mean 'layers'")));
  EXPECT_THAT(here({"enqueue", "--storage", "s.db", "--set", "layers=9"}), Refuses(2, HasSubstr("layers")));
  ASSERT_THAT(here({"enqueue", "--storage", "s.db", "--set", "layers=1", "--set", "learning_rate=0.02"}), Exits(0));
  EXPECT_EQ(read("trials").at(2).at("state"), "waiting");
  const Finished more = run({"--trials", "2"});
  ASSERT_THAT(more, Exits(0));
  const json trial = result(more).at("trials").at(2);
  EXPECT_EQ(trial.at("state"), "complete");
  EXPECT_EQ(trial.at("params").at("layers"), 1);
  EXPECT_EQ(trial.at("params").at("learning_rate"), 0.02);
}

TEST_F(Kept, TheBestCanBeRunAgainFromItsStudyFile) {
  const json found = result(run({"--trials", "5"}));
  ASSERT_THAT(here({"export", "--storage", "s.db", "--format", "study", "-o", "best.yaml"}), Exits(0));
  const Finished again = here({"run", "best.yaml", "--format", "json"});
  ASSERT_THAT(again, Exits(0));
  ASSERT_EQ(result(again).at("trials").size(), 1U);
  EXPECT_EQ(result(again).at("best").at("params"), found.at("best").at("params"));
  EXPECT_EQ(result(again).at("study").at("epochs"), 2);
}

TEST_F(Kept, CsvHasALineForEachTrial) {
  ASSERT_THAT(run({"--trials", "3"}), Exits(0));
  const Finished csv = here({"export", "--storage", "s.db", "--format", "csv"});
  ASSERT_THAT(csv, Exits(0));
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 4);
  EXPECT_THAT(csv.out, AllOf(HasSubstr("accuracy"), HasSubstr("learning_rate"), HasSubstr("complete")));
}

TEST_F(Kept, AStudyFileNamesItsStorage) {
  write("s.yaml", "study: mine\nmodel: mlp\ndata: digits\ntrials: 2\nepochs: 1\nrun: {storage: kept.db, jobs: 1}\n");
  ASSERT_THAT(here({"run", "s.yaml"}), Exits(0));
  EXPECT_THAT(here({"status", "s.yaml"}), Exits(0));
  EXPECT_THAT(here({"show", "s.yaml", "1"}), Exits(0));
  EXPECT_THAT(here({"show", "s.yaml", "7"}), Refuses(2, HasSubstr("7")));
  EXPECT_THAT(here({"best", "--storage", "kept.db"}).out, HasSubstr("trial"));
}

TEST_F(Kept, ReadingWhatIsNotThereMakesNothing) {
  EXPECT_THAT(here({"status", "--storage", "none.db"}), Refuses(4, HasSubstr("none.db")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none.db"));
  EXPECT_THAT(here({"status"}), Refuses(2, HasSubstr("--storage")));
  write("s.db", "this is no database, but long enough to be taken for one by its size alone, is it not?");
  EXPECT_THAT(here({"status", "--storage", "s.db"}), Refuses(4, HasSubstr("s.db")));
  EXPECT_THAT(run({"--trials", "1"}), Refuses(4, HasSubstr("s.db")));
}

TEST_F(Kept, AnInterruptedStudyEndsAsOneThatWasNot) {
  const std::vector<std::string> longer{"--trials", "12", "--set", "epochs=12", "--pruner", "median"};
  const json whole = result(run(longer + std::vector<std::string>{"--study", "whole"}));
  Process process({.arguments = kStudy + longer + std::vector<std::string>{"--study", "parts"}, .folder = folder_});
  process.wait_for("trial 2 ");
  process.signal(SIGTERM);
  const Finished interrupted = process.finish();
  ASSERT_THAT(interrupted, Exits(75));
  const Finished rest = run(longer + std::vector<std::string>{"--study", "parts"});
  ASSERT_THAT(rest, Exits(0));
  EXPECT_EQ(without_seconds(result(rest).at("trials")), without_seconds(whole.at("trials")));
}

}  // namespace
}  // namespace pegbox

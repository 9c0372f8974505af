#include <memory>
#include <optional>
#include <sstream>

#include "cli_test.hpp"
#include "store/storage.hpp"
#include "store/study_lock.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kDefinition = R"({
  "model": {"name": "mlp", "settings": {"max_layers": 4, "widths": "one"}},
  "data": {"name": "digits", "hash": "0"},
  "strategy": {"name": "random", "settings": {}},
  "pruner": null,
  "objectives": [{"metric": "accuracy", "direction": "maximize"}],
  "epochs": 2, "trials": 40, "total_epochs": null, "validation": 0.25, "seed": 3, "window": 4, "order": "dispatch",
  "space": {
    "learning_rate": {"type": "real", "low": 0.0001, "high": 0.1, "log": true, "default": 0.001},
    "layers": {"type": "int", "low": 1, "high": 4, "log": false, "step": 1, "default": 2},
    "optimizer": {"type": "choice", "choices": ["adam", "sgd"], "default": "adam"},
    "momentum": {"type": "real", "low": 0.0, "high": 0.99, "log": false, "default": 0.9,
                 "when": {"optimizer": ["sgd"]}}
  },
  "first": []
})";

SearchSpace space() {
  return {{"learning_rate", Real{1e-4, 0.1, true}, 1e-3},
          {"layers", Integer{1, 4}, std::int64_t{2}},
          {"optimizer", Choice{{std::string("adam"), std::string("sgd")}}},
          {"momentum", Real{0, 0.99}, 0.9, {{"optimizer", {std::string("sgd")}}}}};
}

const Params kDefaults{{"learning_rate", 1e-3}, {"layers", std::int64_t{2}}, {"optimizer", std::string("adam")}};
const Params kSgd{
    {"learning_rate", 0.05}, {"layers", std::int64_t{3}}, {"optimizer", std::string("sgd")}, {"momentum", 0.5}};

Trial trial(int number, const Params& params) {
  Trial trial;
  trial.number = number;
  trial.state = State::running;
  trial.params = params;
  trial.seed = 7;
  trial.until = 2;
  return trial;
}

Trial reported(Trial trial, const std::vector<double>& accuracies) {
  for (const double accuracy : accuracies) {
    trial.reports.push_back({trial.epochs() + 1, {{"accuracy", accuracy}, {"loss", 1 - accuracy}}});
  }
  trial.values = {accuracies.back()};
  trial.seconds = 1.5;
  return trial;
}

Trial ended(Trial trial, State state, const std::string& error = "") {
  trial.state = state;
  trial.error = error;
  if (state == State::failed) trial.values.clear();
  return trial;
}

/// What a host writes down of a trial.
void add(std::vector<Change>& changes, const Trial& trial) {
  Trial begun = trial;
  begun.state = State::running;
  begun.reports.clear();
  begun.values.clear();
  begun.error.clear();
  begun.seconds = 0;
  changes.emplace_back(MoveMade{begun, trial.number, 0, Origin::asked});
  for (const Report& report : trial.reports) changes.emplace_back(Reported{trial.number, report});
  if (trial.state != State::running) changes.emplace_back(MoveEnded{trial.number, trial});
}

/// A storage with the study `digits`: two complete trials, of which 1 is the best, a failed one, one that was running
/// when its host went away, and one that waits.
class Stored : public CliTest {
 protected:
  Stored() {
    storage_ = open_storage(file(), {.create = true});
    study_ = storage_->create({"digits", {{"accuracy", true}}, kDefinition});
    std::vector<Change> changes;
    add(changes, ended(reported(trial(0, kDefaults), {0.5, 0.9}), State::complete));
    add(changes, ended(reported(trial(1, kSgd), {0.75, 0.953125}), State::complete));
    add(changes, ended(trial(2, kDefaults), State::failed, "it said \"no\", twice\nand more"));
    add(changes, reported(trial(3, kDefaults), {0.25}));
    storage_->apply(study_, space(), changes);
    storage_->enqueue(study_, kSgd, space());
  }

  std::filesystem::path file() const { return folder_ / "digits.db"; }

  /// A verb on the storage.
  Finished on(std::vector<std::string> words) const {
    words.insert(words.end(), {"--storage", "digits.db"});
    return here(std::move(words));
  }

  json json_of(std::vector<std::string> words) const {
    words.insert(words.end(), {"--format", "json"});
    const Finished finished = on(std::move(words));
    EXPECT_THAT(finished, Exits(0));
    return json::parse(finished.out, nullptr, /*allow_exceptions=*/false);
  }

  void add_study(const std::string& name, const std::string& definition = kDefinition) const {
    storage_->create({name, {{"accuracy", true}}, definition});
  }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  std::unique_ptr<Storage> storage_;
  StoredStudy study_;
};

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(Stored, StatusCountsAndNamesTheBest) {
  const json status = json_of({"status"});
  EXPECT_EQ(status["study"], "digits");
  EXPECT_EQ(status["trials"], 40);
  EXPECT_EQ(status["host"], nullptr);
  EXPECT_EQ(status["states"], json::parse(R"({"complete": 2, "pruned": 0, "failed": 1, "running": 0, "waiting": 1,
                                              "paused": 1})"));
  EXPECT_EQ(status["best"]["trial"], 1);
  EXPECT_THAT(on({"status"}).out, AllOf(HasSubstr("5 of 40: 2 complete, 1 failed, 1 waiting, 1 paused"),
                                        HasSubstr("accuracy 0.95312 (trial 1)"), HasSubstr("nobody")));
}

TEST_F(Stored, StatusNamesTheHostThatRunsIt) {
  const StudyLock lock(file(), study_);
  const json status = json_of({"status"});
  EXPECT_THAT(status["host"].get<std::string>(), StartsWith("process " + std::to_string(getpid()) + " on host "));
  EXPECT_EQ(status["states"]["running"], 1);
  EXPECT_EQ(status["states"]["paused"], 0);
}

TEST_F(Stored, StatusSaysWhatShouldBeLookedAt) {
  const json findings = json_of({"status"})["findings"];
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].get<std::string>(), StartsWith("one fit of each cannot tell"));
  EXPECT_THAT(on({"status"}).out, HasSubstr('\n' + findings[0].get<std::string>() + '\n'));
  EXPECT_EQ(json_of({"best"})["findings"], findings);
}

TEST_F(Stored, StatusIsWatchedUntilNobodyRunsTheStudy) {
  EXPECT_EQ(on({"status", "--watch"}).out, on({"status"}).out) << "nobody runs it";
  auto lock = std::make_unique<StudyLock>(file(), study_);
  Process watching({.arguments = {"status", "--watch", "--storage", "digits.db"}, .folder = folder_});
  EXPECT_EQ(watching.receive_line(), "study   digits");
  EXPECT_THAT(watching.receive_line(), HasSubstr("5 of 40: 2 complete"));
  storage_->enqueue(study_, kSgd, space());
  std::string line;
  while (!line.starts_with("trials")) line = watching.receive_line();
  EXPECT_THAT(line, HasSubstr("6 of 40"));
  lock.reset();
  const Finished finished = watching.finish();
  EXPECT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.out, AllOf(HasSubstr("nobody"), Not(HasSubstr("\033"))));
}

TEST_F(Stored, WatchingEndsWhenNobodyReads) {
  const StudyLock lock(file(), study_);
  Process watching({.arguments = {"status", "--watch", "--storage", "digits.db"}, .folder = folder_});
  watching.receive_line();
  watching.stop_reading();
  storage_->enqueue(study_, kSgd, space());
  EXPECT_THAT(watching.finish(), Exits(0));
}

TEST_F(Stored, EveryReadingVerbHasCsv) {
  add_study("more");
  EXPECT_EQ(lines(on({"status", "--format", "csv"}).out),
            (std::vector<std::string>{
                "study,limit,complete,pruned,failed,running,waiting,paused,best_trial,objective,best_value,host",
                "digits,40,2,0,1,0,1,1,1,accuracy,0.953125,", "more,40,0,0,0,0,0,0,,accuracy,,"}));
  const auto best = lines(on({"best", "--study", "digits", "--format", "csv"}).out);
  ASSERT_EQ(best.size(), 2U);
  EXPECT_THAT(best[1], StartsWith("1,complete,0.953125,0.05,3,sgd,0.5,2,1.5,7,20"));
  EXPECT_EQ(lines(on({"show", "--study", "digits", "1", "--format", "csv"}).out),
            (std::vector<std::string>{"epoch,accuracy,loss", "1,0.75,0.25", "2,0.953125,0.046875"}));
}

TEST_F(Stored, StatusOfSeveralStudiesIsAList) {
  add_study("more");
  const json status = json_of({"status"});
  ASSERT_EQ(status.size(), 2U);
  EXPECT_EQ(status[0]["study"], "digits");
  EXPECT_EQ(status[1]["study"], "more");
  EXPECT_EQ(status[1]["best"], nullptr);
  EXPECT_EQ(lines(on({"status"}).out).size(), 3U);
  EXPECT_EQ(json_of({"status", "--study", "more"})["study"], "more");
}

TEST_F(Stored, BestHasItsStudyValuesAndParams) {
  const json best = json_of({"best"});
  EXPECT_EQ(best["study"], "digits");
  EXPECT_EQ(best["trial"], 1);
  EXPECT_EQ(best["values"], json::parse(R"({"accuracy": 0.953125})"));
  EXPECT_EQ(best["params"],
            json::parse(R"({"learning_rate": 0.05, "layers": 3, "optimizer": "sgd", "momentum": 0.5})"));
  EXPECT_EQ(
      on({"best"}).out,
      "best trial 1 of 5: accuracy 0.95312\n"
      "  learning_rate  0.05\n"
      "  layers         3\n"
      "  optimizer      sgd\n"
      "  momentum       0.5\n"
      "defaults (trial 0): accuracy 0.9\n"
      "one fit of each cannot tell whether the best trial is really better than trial 0 (accuracy 0.9); 'folds: 5' or "
      "'repeats: 5' would\n");
}

TEST_F(Stored, WithoutACompleteTrialThereIsNoBest) {
  add_study("new");
  EXPECT_THAT(on({"best", "--study", "new"}), Refuses(3, HasSubstr("no trial of study 'new'")));
  EXPECT_THAT(on({"export", "--study", "new", "--format", "study"}), Refuses(3, HasSubstr("no trial of study 'new'")));
}

TEST_F(Stored, TrialsAreAListInJson) {
  const json trials = json_of({"trials"});
  ASSERT_EQ(trials.size(), 5U);
  std::vector<std::string> states;
  for (const json& trial : trials) states.push_back(trial["state"]);
  EXPECT_THAT(states, ElementsAre("complete", "complete", "failed", "paused", "waiting"));
  EXPECT_EQ(trials[0]["epochs"], 2);
  EXPECT_EQ(trials[1]["seconds"], 1.5);
  EXPECT_EQ(trials[2]["values"], json::object());
  EXPECT_EQ(trials[2]["error"], "it said \"no\", twice\nand more");
  EXPECT_EQ(trials[3]["metrics"], json::parse(R"({"accuracy": 0.25, "loss": 0.75})"));
}

TEST_F(Stored, TrialsInATableMarkTheBest) {
  const auto rows = lines(on({"trials"}).out);
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_THAT(rows[0], AllOf(HasSubstr("trial  state"), HasSubstr("learning_rate  layers  optimizer  momentum")));
  EXPECT_THAT(rows[2], AllOf(StartsWith("*      1  complete"), HasSubstr("0.95312")));
  for (const std::size_t other : {1U, 3U, 4U, 5U}) EXPECT_THAT(rows[other], Not(HasSubstr("*")));
  for (const std::string& row : rows) EXPECT_THAT(row, Not(testing::EndsWith(" ")));
  EXPECT_THAT(rows[3], AllOf(HasSubstr("failed"), HasSubstr("it said \"no\", twice")));
}

TEST_F(Stored, TrialsInCsvKeepWhatIsInACell) {
  const Finished finished = on({"trials", "--format", "csv"});
  ASSERT_THAT(finished, Exits(0));
  const auto rows = lines(finished.out);
  ASSERT_EQ(rows.size(), 7U);  // the error has two lines
  EXPECT_EQ(rows[0],
            "trial,state,accuracy,learning_rate,layers,optimizer,momentum,epochs,seconds,seed,started,ended,error");
  EXPECT_THAT(rows[1], StartsWith("0,complete,0.9,0.001,2,adam,,2,1.5,7,20"));
  EXPECT_THAT(rows[2], StartsWith("1,complete,0.953125,0.05,3,sgd,0.5,2,1.5,7,20"));
  EXPECT_THAT(rows[3], AllOf(StartsWith("2,failed,,0.001,2,adam,,0,"), HasSubstr(",\"it said \"\"no\"\", twice")));
  EXPECT_EQ(rows[4], "and more\"");
  EXPECT_EQ(on({"export", "--format", "csv"}).out, finished.out);
}

TEST_F(Stored, AColumnsNameIsNotTakenTwice) {
  const StoredStudy odd = storage_->create({"odd", {{"x", false}}, ""});
  const SearchSpace odd_space{{"x", Integer{0, 9}}, {"seed", Integer{0, 9}}, {"y", Integer{0, 9}}};
  storage_->enqueue(odd, odd_space.complete({}), odd_space);
  EXPECT_THAT(lines(on({"trials", "--study", "odd", "--format", "csv"}).out).front(),
              StartsWith("trial,state,x,param.seed,param.x,y,epochs,"));
}

TEST_F(Stored, ShowHasAllReports) {
  const json shown = json_of({"show", "1"});
  EXPECT_EQ(shown["trial"], 1);
  EXPECT_EQ(shown["until"], 2);
  EXPECT_EQ(shown["from"], nullptr);
  EXPECT_THAT(shown["started"].get<std::string>(), testing::MatchesRegex("....-..-..T..:..:.*Z"));
  EXPECT_GE(shown["ended"], shown["started"]);
  EXPECT_EQ(shown["reports"], json::parse(R"([{"epoch": 1, "metrics": {"accuracy": 0.75, "loss": 0.25}},
                                              {"epoch": 2, "metrics": {"accuracy": 0.953125, "loss": 0.046875}}])"));
  EXPECT_THAT(on({"show", "1"}).out, AllOf(HasSubstr("1 of study 'digits'"), HasSubstr("momentum"),
                                           HasSubstr("  epoch  accuracy      loss\n      1      0.75      0.25\n")));
  EXPECT_THAT(on({"show", "2"}).out, HasSubstr("it said \"no\", twice\nand more"));
  const json waiting = json_of({"show", "4"});
  EXPECT_EQ(waiting["started"], nullptr);
  EXPECT_EQ(waiting["reports"], json::array());
}

TEST_F(Stored, ShowWantsATrialThatIsThere) {
  EXPECT_THAT(on({"show", "5"}), Refuses(2, HasSubstr("no trial 5; they are 0 to 4")));
  EXPECT_THAT(on({"show", "best"}), Refuses(2, HasSubstr("'best' is not the number of a trial")));
  EXPECT_THAT(on({"show", "-1"}), Exits(2));
  EXPECT_THAT(on({"show"}), Refuses(2, HasSubstr("which trial")));
}

TEST_F(Stored, ExportToJsonHasTheDefinition) {
  const Finished finished = on({"export"});
  ASSERT_THAT(finished, Exits(0));
  const json exported = json::parse(finished.out);
  json expected = json::parse(kDefinition);
  expected["name"] = "digits";
  EXPECT_EQ(exported["study"], expected);
  EXPECT_EQ(exported["trials"], json_of({"trials"}));
}

TEST_F(Stored, ExportWritesIntoAFile) {
  write("all.csv", "what was there");
  const Finished finished = on({"export", "--format", "csv", "-o", "all.csv"});
  EXPECT_THAT(finished, Exits(0));
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(read("all.csv"), on({"export", "--format", "csv"}).out);
  EXPECT_THAT(on({"export", "-o", "nowhere/all.json"}), Refuses(1, HasSubstr("nowhere/all.json")));
}

TEST_F(Stored, TheExportedStudyTrainsTheBestAgain) {
  ASSERT_THAT(on({"export", "--format", "study", "-o", "again.yaml"}), Exits(0));
  const Finished finished = here({"validate", "again.yaml", "--format", "json"});
  ASSERT_THAT(finished, Exits(0));
  const json study = json::parse(finished.out);
  EXPECT_EQ(study["study"], "digits-best");
  const json best = json_of({"best"});
  for (const auto& [name, value] : best["params"].items()) {
    EXPECT_EQ(study["space"][name]["default"], value) << name;
    EXPECT_THAT(on({"export", "--format", "study"}).out, HasSubstr("  " + name + ": "));
  }
  EXPECT_THAT(read("again.yaml"), AllOf(HasSubstr("data: digits\n"), HasSubstr("trials: 1\n"), HasSubstr("epochs: 2\n"),
                                        HasSubstr("validation: 0.25\n"), HasSubstr("seed: 3\n"),
                                        HasSubstr("objective: {metric: accuracy, direction: maximize}\n")));
}

TEST_F(Stored, AStudyOfAnotherProgramHasNoStudyFileAndNoQueueOfOurs) {
  storage_->create({"theirs", {{"value", false}}, ""});
  EXPECT_THAT(on({"export", "--study", "theirs", "--format", "study"}), Refuses(2, HasSubstr("another program made")));
  EXPECT_THAT(on({"enqueue", "--study", "theirs", "--set", "x=1"}), Refuses(2, HasSubstr("another program made")));
}

TEST_F(Stored, EnqueuePutsAWholePointIntoTheQueue) {
  const StudyLock lock(file(), study_);  // while a host runs it, too
  EXPECT_EQ(on({"enqueue", "--set", "optimizer=sgd", "--set", "layers=1"}).out, "trial 5 of study 'digits' waits\n");
  const json trial = json_of({"show", "5"});
  EXPECT_EQ(trial["state"], "waiting");
  EXPECT_EQ(trial["params"],
            json::parse(R"({"learning_rate": 0.001, "layers": 1, "optimizer": "sgd", "momentum": 0.9})"));
  EXPECT_EQ(json_of({"enqueue", "--set", "layers=4"})["trial"], 6);
}

TEST_F(Stored, EnqueueRefusesWhatIsNoPoint) {
  EXPECT_THAT(on({"enqueue", "--set", "layer=1"}), Refuses(2, HasSubstr("did you mean 'layers'?")));
  EXPECT_THAT(on({"enqueue", "--set", "layers=9"}), Refuses(2, HasSubstr("'layers'")));
  EXPECT_THAT(on({"enqueue", "--set", "momentum=0.5"}), Refuses(2, HasSubstr("not active")));
  EXPECT_THAT(on({"enqueue", "--set", "layers=[1]"}), Refuses(2, HasSubstr("--set layers")));
  EXPECT_THAT(on({"enqueue"}), Refuses(2, HasSubstr("--set NAME=VALUE")));
  EXPECT_EQ(json_of({"trials"}).size(), 5U);
}

TEST_F(Stored, RmRemovesTheStudyAndItsFiles) {
  add_study("more");
  const auto checkpoints = side_folder(file()) / ("checkpoints-" + study_.token);
  std::filesystem::create_directories(checkpoints);
  EXPECT_THAT(on({"rm", "--study", "digits"}),
              Refuses(2, AllOf(HasSubstr("remove study 'digits' with 5 trials"), HasSubstr("--yes"))));
  EXPECT_EQ(json_of({"status"}).size(), 2U);
  EXPECT_THAT(on({"rm", "--study", "digits", "--yes"}), Exits(0));
  EXPECT_FALSE(std::filesystem::exists(checkpoints));
  EXPECT_EQ(json_of({"status"})["study"], "more");
}

TEST_F(Stored, RmLeavesAStudyThatIsBeingRun) {
  const StudyLock lock(file(), study_);
  EXPECT_THAT(on({"rm", "--yes"}), Refuses(4, HasSubstr("is being run by process")));
  EXPECT_EQ(json_of({"trials"}).size(), 5U);
}

TEST_F(Stored, CheckCountsWhatIsThere) {
  EXPECT_EQ(on({"storage", "check"}).out, file().string() + ": ok, 1 study, 5 trials\n");
  const json checked = json_of({"storage", "check"});
  EXPECT_EQ(checked["ok"], true);
  EXPECT_EQ(checked["faults"], json::array());
  EXPECT_EQ(checked["studies"][0]["states"]["complete"], 2);
  EXPECT_THAT(on({"storage"}), Exits(2));
}

TEST_F(Stored, ADamagedStorageIsExitCode4) {
  storage_.reset();
  std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(0);
  stream << std::string(100, 'x');
  stream.close();
  EXPECT_THAT(on({"status"}), Refuses(4, HasSubstr("digits.db")));
  EXPECT_THAT(on({"storage", "check"}), Exits(4));
}

TEST_F(Stored, TheStudyIsNamedByItsFileToo) {
  std::filesystem::create_directories(folder_ / "there");
  write("there/digits.yaml", "model: mlp\ndata: digits\nrun: {storage: ../digits.db}\n");
  EXPECT_EQ(json::parse(here({"best", "there/digits.yaml", "--format", "json"}).out)["trial"], 1);
  EXPECT_EQ(json::parse(here({"show", "there/digits.yaml", "0", "--format", "json"}).out)["trial"], 0);
  write("other.yaml", "study: digitz\nmodel: mlp\nrun: {storage: digits.db}\n");
  EXPECT_THAT(here({"best", "other.yaml"}), Refuses(2, HasSubstr("no study 'digitz' in")));
  EXPECT_THAT(here({"best", "other.yaml"}).err, HasSubstr("did you mean 'digits'?"));
  write("memory.yaml", "model: mlp\n");
  EXPECT_THAT(here({"best", "memory.yaml"}), Refuses(2, HasSubstr("memory.yaml names no storage")));
}

TEST_F(Stored, WhatIsNotClearIsAsked) {
  add_study("more");
  EXPECT_THAT(on({"best"}), Refuses(2, AllOf(HasSubstr("'digits', 'more'"), HasSubstr("--study NAME"))));
  EXPECT_THAT(here({"best"}), Refuses(2, HasSubstr("--storage FILE")));
  EXPECT_THAT(here({"best", "--storage", "nowhere.db"}), Refuses(4, HasSubstr("nowhere.db")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "nowhere.db"));
}

}  // namespace
}  // namespace pegbox

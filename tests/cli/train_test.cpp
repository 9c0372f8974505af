#include <cmath>
#include <csignal>
#include <set>
#include <sstream>

#include "cli_test.hpp"
#include "store/storage.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::StrEq;
using testing::UnorderedElementsAre;

constexpr int kRows = 60;

/// Studies of linear models on a small table, kept in `s.db`.
class Train : public CliTest {
 protected:
  Train() { write("data.csv", table(0)); }

  /// Rows of `a`, `b` and a `side` that a line parts; `seed` moves them.
  static std::string table(int seed) {
    std::ostringstream text;
    text << "a,b,side\n";
    for (int row = 0; row < kRows; ++row) {
      const double a = std::sin(row + seed);
      const double b = 10 * std::cos(3 * row);
      text << a << ',' << b << ',' << (a > b / 10 ? "above" : "below") << '\n';
    }
    return text.str();
  }

  Finished run(const std::vector<std::string>& more = {}, const std::string& target = "side") const {
    return here(std::vector<std::string>{"run", "--model", "linear", "--data", "data.csv", "--target", target,
                                         "--trials", "3", "--epochs", "4", "--storage", "s.db", "--jobs", "1",
                                         "--strategy", "random", "--set", "space.batch_size=16"} +
                more);
  }

  Finished train(const std::vector<std::string>& more = {}) const {
    return here(std::vector<std::string>{"train", "--storage", "s.db"} + more);
  }

  json best() const { return result(here({"best", "--storage", "s.db", "--format", "json"})); }

  std::string contents(const std::string& file) const {
    std::ifstream stream(folder_ / file, std::ios::binary);
    EXPECT_TRUE(stream.good()) << file;
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }

  json description(const std::string& file) const { return json::parse(contents(file), nullptr, false); }

  /// But for the folder beside the database.
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.insert(entry.path().filename().string());
    names.erase("s.db.pegbox");
    return names;
  }
};

TEST_F(Train, WritesTheBestTrialAndItsDescription) {
  ASSERT_THAT(run(), Exits(0));
  const Finished finished = train();
  ASSERT_THAT(finished, Exits(0));
  EXPECT_THAT(files(), UnorderedElementsAre("data.csv", "s.db", "study.pt", "study.json"));
  EXPECT_THAT(contents("study.pt"), StartsWith("PK")) << "an archive of LibTorch";
  EXPECT_THAT(finished.out, AllOf(HasSubstr(" trained for 4 epochs on 60 rows, train_accuracy "),
                                  HasSubstr("network:     study.pt\ndescription: study.json\n")));
  const json said = description("study.json");
  EXPECT_EQ(said.at("study"), "study");
  EXPECT_EQ(said.at("trial"), best().at("trial"));
  EXPECT_EQ(said.at("params"), best().at("params"));
  EXPECT_EQ(said.at("seed"), best().at("seed"));
  EXPECT_EQ(said.at("model").at("name"), "linear");
  EXPECT_EQ(said.at("epochs"), 4);
  EXPECT_EQ(said.at("rows"), kRows);
  EXPECT_EQ(said.at("data").at("csv"), fs::canonical(folder_ / "data.csv").string());
  EXPECT_EQ(said.at("columns"), json::parse(R"([{"name": "a", "levels": []}, {"name": "b", "levels": []}])"));
  EXPECT_EQ(said.at("outputs"), json::parse(R"({"count": 2, "classes": ["above", "below"], "targets": ["side"],
                                                "scale": [], "mean": []})"));
  ASSERT_EQ(said.at("inputs").size(), 1U);
  EXPECT_EQ(said.at("inputs")[0].at("shape"), json::array({2}));
  EXPECT_EQ(said.at("inputs")[0].at("fill"), json::array());
}

TEST_F(Train, SaysHowInputsAreScaled) {
  write("data.csv", "a,b,side\n1,,x\n3,10,y\n1,,x\n3,30,y\n1,20,x\n3,20,y\n");
  ASSERT_THAT(run({"--set", "data.missing=mean"}), Exits(0));
  ASSERT_THAT(train(), Exits(0));
  const json input = description("study.json").at("inputs").at(0);
  // a: mean 2, deviation 1; of b what is there: mean 20, deviation √(200 / 4).
  EXPECT_NEAR(input.at("scale").at(0), 1, 1e-6);
  EXPECT_NEAR(input.at("shift").at(0), -2, 1e-6);
  EXPECT_NEAR(input.at("scale").at(1), 1 / std::sqrt(50.0), 1e-6);
  EXPECT_NEAR(input.at("shift").at(1), -20 / std::sqrt(50.0), 1e-6);
  EXPECT_NEAR(input.at("fill").at(1), 0, 1e-6) << "the mean, scaled and shifted";
}

TEST_F(Train, SaysWhatTextsBecame) {
  write("data.csv", "colour,size,side\nred,1,x\nblue,2,y\nred,3,x\nblue,4,y\ngreen,5,x\nred,6,y\n");
  ASSERT_THAT(run(), Exits(0));
  ASSERT_THAT(train(), Exits(0));
  const json said = description("study.json");
  EXPECT_EQ(said.at("columns"), json::parse(R"([{"name": "colour", "levels": ["blue", "green", "red"]},
                                                {"name": "size", "levels": []}])"));
  EXPECT_EQ(said.at("inputs")[0].at("shape"), json::array({4}));
}

TEST_F(Train, TargetsAreOutputsTimesScalePlusMean) {
  constexpr double kSlope = 30;
  constexpr double kBase = 1000;
  std::string text = "a,y\n";
  for (int row = 0; row < kRows; ++row) {
    text += std::to_string(row % 3 - 1) + ',' + std::to_string(kBase + kSlope * (row % 3 - 1)) + '\n';
  }
  write("data.csv", text);
  ASSERT_THAT(run({"--set", "data.task=regression", "--set", "space.learning_rate=0.05", "--set",
                   "space.optimizer=adam", "--set", "space.weight_decay=1e-6"},
                  "y"),
              Exits(0));
  ASSERT_THAT(train({"--epochs", "60"}), Exits(0));
  const json said = description("study.json");
  const double spread = kSlope * std::sqrt(2.0 / 3);
  EXPECT_NEAR(said.at("outputs").at("scale").at(0), spread, 1e-6 * spread);
  EXPECT_NEAR(said.at("outputs").at("mean").at(0), kBase, 1e-6 * kBase);
  EXPECT_EQ(said.at("outputs").at("targets"), json::array({"y"}));
  EXPECT_EQ(said.at("outputs").at("classes"), json::array());
  EXPECT_LT(said.at("metrics").at("train_rmse"), kSlope / 100) << "in the unit of the target";
}

TEST_F(Train, PrintsTheDescriptionAsJson) {
  ASSERT_THAT(run(), Exits(0));
  const Finished finished = train({"--format", "json", "-o", "net"});
  ASSERT_THAT(finished, Exits(0));
  EXPECT_EQ(finished.out, contents("net.json"));
  EXPECT_TRUE(description("net.json").is_object());
  EXPECT_TRUE(fs::exists(folder_ / "net"));
}

TEST_F(Train, TakesTheTrialAndTheEpochsThatAreAskedFor) {
  ASSERT_THAT(run(), Exits(0));
  const int other = best().at("trial") == 0 ? 1 : 0;
  const std::string number = std::to_string(other);
  ASSERT_THAT(train({"--trial", number, "--epochs", "7", "--device", "cpu"}), Exits(0));
  EXPECT_EQ(description("study.json").at("trial"), other);
  EXPECT_EQ(description("study.json").at("epochs"), 7);
  const json shown = result(here({"show", number, "--storage", "s.db", "--format", "json"}));
  EXPECT_EQ(description("study.json").at("params"), shown.at("params"));
}

TEST_F(Train, TrainsToTheBestEpochWhereATrialWentBackToIt) {
  ASSERT_THAT(run({"--set", "space.patience=2", "--set", "epochs=30", "--set", "space.learning_rate=0.1"}), Exits(0));
  const double epoch = best().at("metrics").at("best_epoch");
  ASSERT_THAT(train(), Exits(0));
  EXPECT_EQ(description("study.json").at("epochs"), std::lround(epoch));
}

TEST_F(Train, GivesTheSameFilesEachTime) {
  ASSERT_THAT(run(), Exits(0));
  ASSERT_THAT(train({"-o", "one.pt"}), Exits(0));
  ASSERT_THAT(train({"-o", "two.pt"}), Exits(0));
  EXPECT_EQ(contents("one.json"), contents("two.json"));
  EXPECT_TRUE(contents("one.pt") == contents("two.pt"));
}

TEST_F(Train, NeedsATrialThatCameToItsEnd) {
  ASSERT_THAT(run({"--set", "trials=1", "--set", "space.learning_rate=1e38", "--set", "space.optimizer=sgd"}),
              Exits(3));
  EXPECT_THAT(train(), Refuses(3, HasSubstr("no trial of study 'study' has come to its end")));
  EXPECT_THAT(train({"--trial", "0"}), Refuses(2, HasSubstr("trial 0 of study 'study' has not trained an epoch")));
  EXPECT_THAT(files(), Not(testing::Contains("study.pt")));
}

TEST_F(Train, RefusesWhatCannotBeInASentence) {
  ASSERT_THAT(run(), Exits(0));
  EXPECT_THAT(train({"--trial", "99"}),
              Refuses(2, StrEq("pegbox: trial 99 of study 'study' is not there; 'pegbox trials' lists them\n")));
  EXPECT_THAT(train({"--epochs", "0"}), Refuses(2, HasSubstr("--epochs must be 1 or more")));
  EXPECT_THAT(train({"--device", "cuda:99"}), Refuses(2, HasSubstr("cuda:99")));
  EXPECT_THAT(train({"--device", "gpu"}), Refuses(2, HasSubstr("gpu")));
  EXPECT_THAT(train({"--trail", "1"}), Refuses(2, HasSubstr("did you mean '--trial'?")));
  EXPECT_THAT(train({"--format", "csv"}), Refuses(2, HasSubstr("table (default) or json")));
  EXPECT_THAT(files(), UnorderedElementsAre("data.csv", "s.db"));
}

TEST_F(Train, LooksAtThePlaceBeforeItTrains) {
  ASSERT_THAT(run(), Exits(0));
  fs::create_directory(folder_ / "taken.json");
  EXPECT_THAT(train({"-o", "none/net.pt"}), Refuses(2, AllOf(HasSubstr("--output"), HasSubstr("no folder none"))));
  EXPECT_THAT(train({"-o", "data.csv/net.pt"}), Refuses(2, HasSubstr("no folder data.csv")));
  EXPECT_THAT(train({"-o", "taken.pt"}), Refuses(2, HasSubstr("'taken.json': there is something that is no file")));
  EXPECT_THAT(train({"-o", "."}), Refuses(2, HasSubstr("no file")));
  fs::create_directory(folder_ / "shut");
  fs::permissions(folder_ / "shut", fs::perms::owner_read | fs::perms::owner_exec);
  if (access((folder_ / "shut").c_str(), W_OK) != 0) {  // nothing is shut to root
    EXPECT_THAT(train({"-o", "shut/net.pt"}), Refuses(2, HasSubstr("shut cannot be written to")));
  }
  EXPECT_THAT(files(), UnorderedElementsAre("data.csv", "s.db", "taken.json", "shut"));
}

TEST_F(Train, NamesTheFilesAfterTheStudy) {
  ASSERT_THAT(run({"--study", "sides/second"}), Exits(0));
  ASSERT_THAT(train(), Exits(0));
  EXPECT_THAT(files(), UnorderedElementsAre("data.csv", "s.db", "sides-second.pt", "sides-second.json"));
}

TEST_F(Train, LeavesNothingWhenItIsInterrupted) {
  ASSERT_THAT(run(), Exits(0));
  write("study.pt", "the one before");
  Process process({.arguments = {"train", "--storage", "s.db", "--epochs", "1000000000"}, .folder = folder_});
  process.wait_for("training trial");
  process.signal(SIGINT);
  const Finished finished = process.finish();
  EXPECT_THAT(finished, Refuses(75, HasSubstr("interrupted; nothing was written")));
  EXPECT_THAT(files(), UnorderedElementsAre("data.csv", "s.db", "study.pt"));
  EXPECT_EQ(contents("study.pt"), "the one before");
}

TEST_F(Train, FindsDataThatWasMovedByTheStudyFile) {
  ASSERT_THAT(run(), Exits(0));
  ASSERT_THAT(train({"-o", "before.pt"}), Exits(0));
  fs::create_directory(folder_ / "else");
  fs::rename(folder_ / "data.csv", folder_ / "else/where.csv");
  EXPECT_THAT(train(), Refuses(2, AllOf(HasSubstr("data.csv, is not there any more"), HasSubstr("study file"))));
  write("study.yaml", "model: linear\ndata: {csv: else/where.csv, target: side}\nrun: {storage: s.db}\n");
  const Finished moved = here({"train", "study.yaml", "-o", "after.pt"});
  ASSERT_THAT(moved, Exits(0));
  EXPECT_THAT(moved.err, Not(HasSubstr("note:")));
  EXPECT_EQ(description("after.json").at("metrics"), description("before.json").at("metrics"));

  write("else/where.csv", table(1));
  EXPECT_THAT(here({"train", "study.yaml"}).err, HasSubstr("note: the data has changed since the study was run"));
}

TEST_F(Train, TakesTheModelOfTheStudyFile) {
  const fs::path models = fs::path(PEGBOX_BINARY).parent_path().parent_path() / "lib/pegbox";
  fs::copy_file(models / "linear.so", folder_ / "mine.so");
  write("study.yaml",
        "model: ./mine.so\ndata: {csv: data.csv, target: side}\ntrials: 2\nepochs: 2\n"
        "strategy: random\nrun: {storage: s.db, jobs: 1}\n");
  ASSERT_THAT(here({"run", "study.yaml"}), Exits(0));
  EXPECT_THAT(here({"train", "study.yaml"}), Exits(0));
  fs::remove(folder_ / "mine.so");
  EXPECT_THAT(here({"train", "study.yaml"}), Refuses(5, HasSubstr("mine.so")));
  EXPECT_THAT(train(), Exits(0)) << "one of that name is bundled";

  write("study.yaml", "model: mlp\ndata: {csv: data.csv, target: side}\nrun: {storage: s.db}\n");
  EXPECT_THAT(here({"train", "study.yaml"}),
              Refuses(2, StrEq("pegbox: study.yaml names the model 'mlp', but the stored study is of 'linear'\n")));
}

TEST_F(Train, RefusesAStudyOfAnotherProgram) {
  open_storage(folder_ / "s.db", {.create = true})->create({"theirs", {{"accuracy", true}}, ""});
  EXPECT_THAT(train(),
              Refuses(2, StrEq("pegbox: another program made study 'theirs', so its model and data are not known\n")));
}

TEST_F(Train, HelpSaysWhatIsWritten) {
  const Finished help = here({"help", "train"});
  ASSERT_THAT(help, Exits(0));
  EXPECT_THAT(help.out, AllOf(HasSubstr("torch::load"), HasSubstr("--trial N"), HasSubstr("--epochs N"),
                              HasSubstr("--device DEVICE"), HasSubstr("STUDY.pt"), HasSubstr("docs/deploy.md")));
}

TEST_F(Train, TheBestIsComparedWithTheNext) {
  ASSERT_THAT(run(), Exits(0));
  const json once = best().at("runner_up");
  EXPECT_EQ(once.at("p"), nullptr);
  EXPECT_EQ(once.at("distinguishable"), false);
  EXPECT_NE(once.at("trial"), best().at("trial"));
  EXPECT_LE(once.at("values").at("accuracy"), best().at("values").at("accuracy"));
  const Finished folded =
      run({"--study", "folded", "--set", "folds=5", "--format", "json", "--set", "space.optimizer=sgd"});
  ASSERT_THAT(folded, Exits(0));
  const double p = result(folded).at("best").at("runner_up").at("p");
  EXPECT_GE(p, 0);
  EXPECT_LE(p, 1);
  EXPECT_THAT(here({"best", "--storage", "s.db", "--study", "folded"}).out, HasSubstr("the next, trial "));
}

}  // namespace
}  // namespace pegbox

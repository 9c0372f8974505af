#include <set>

#include "cli_test.hpp"
#include "sanitized.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::Not;

std::set<std::string> keys(const json& object) {
  std::set<std::string> names;
  for (const auto& item : object.items()) names.insert(item.key());
  return names;
}

class Run : public CliTest {};

TEST_F(Run, GivesOneObjectOfTheDocumentedShape) {
  const Finished finished =
      here(kRunDigits + std::vector<std::string>{"--trials", "3", "--epochs", "2", "--seed", "3"});
  ASSERT_THAT(finished, Exits(0));
  const json found = result(finished);
  EXPECT_EQ(keys(found), (std::set<std::string>{"study", "best", "trials"}));

  const json& study = found.at("study");
  EXPECT_EQ(study.at("model").at("name"), "mlp");
  EXPECT_EQ(study.at("strategy").at("name"), "auto");
  EXPECT_THAT(study.at("strategy").at("choice").get<std::string>(), testing::StartsWith("sobol, since "));
  EXPECT_EQ(study.at("pruner"), nullptr);
  EXPECT_EQ(study.at("objectives"), json::parse(R"([{"metric": "accuracy", "direction": "maximize"}])"));
  EXPECT_EQ(study.at("seed"), 3);
  EXPECT_EQ(study.at("epochs"), 2);
  EXPECT_EQ(study.at("rows").at("train").get<int>() + study.at("rows").at("validation").get<int>(), 1797);

  ASSERT_EQ(found.at("trials").size(), 3U);
  double best = 0;
  std::set<std::uint64_t> seeds;
  for (std::size_t i = 0; i < 3; ++i) {
    const json& trial = found.at("trials")[i];
    EXPECT_EQ(keys(trial), (std::set<std::string>{"trial", "state", "values", "params", "epochs", "seconds", "seed",
                                                  "error", "metrics"}));
    EXPECT_EQ(trial.at("trial"), i);
    EXPECT_EQ(trial.at("state"), "complete");
    EXPECT_EQ(trial.at("epochs"), 2);
    EXPECT_EQ(trial.at("error"), nullptr);
    EXPECT_GT(trial.at("seconds"), 0);
    EXPECT_EQ(keys(trial.at("values")), std::set<std::string>{"accuracy"});
    EXPECT_EQ(trial.at("metrics").at("accuracy"), trial.at("values").at("accuracy"));
    EXPECT_TRUE(trial.at("metrics").contains("train_loss"));
    best = std::max(best, trial.at("values").at("accuracy").get<double>());
    seeds.insert(trial.at("seed").get<std::uint64_t>());
  }
  EXPECT_EQ(seeds.size(), 3U);
  EXPECT_EQ(found.at("best").at("values").at("accuracy"), best);
  EXPECT_EQ(found.at("best").at("study"), study.at("name"));
  EXPECT_EQ(found.at("best").at("params"),
            found.at("trials")[found.at("best").at("trial").get<std::size_t>()]["params"]);
}

TEST_F(Run, PutsTheResultOnOutputAndAllElseOnError) {
  const std::vector<std::string> study{"run", "--model", "mlp", "--data", "digits", "--trials", "2", "--epochs", "1"};
  const Finished loud = here(study);
  ASSERT_THAT(loud, Exits(0));
  EXPECT_THAT(loud.out, testing::StartsWith("best trial "));
  EXPECT_THAT(loud.out, HasSubstr("learning_rate"));
  EXPECT_THAT(loud.out, Not(HasSubstr("complete")));
  EXPECT_THAT(loud.err, testing::AllOf(HasSubstr("\nstrategy auto: sobol, since "), HasSubstr("trial 0 complete"),
                                       HasSubstr("trial 1 complete")));

  const Finished quiet = here(study + std::vector<std::string>{"--quiet"});
  ASSERT_THAT(quiet, Exits(0));
  EXPECT_EQ(quiet.err, "");
  EXPECT_EQ(quiet.out, loud.out);
}

TEST_F(Run, TriesTheDefaultsThenWhatIsEnqueued) {
  write("study.yaml",
        "model: mlp\ndata: digits\nepochs: 1\ntrials: 3\n"
        "enqueue:\n  - {layers: 1, width: 17}\n  - {optimizer: sgd, momentum: 0.5}\n"
        "space:\n  dropout: 0.25\n  layers: {high: 3}\n");
  const json defaults = result(here({"validate", "study.yaml", "--format", "json"})).at("space");
  const json trials =
      result(here({"run", "study.yaml", "--format", "json", "--set", "space.layers.high=6"})).at("trials");
  ASSERT_EQ(trials.size(), 3U);
  for (const auto& [name, value] : trials[0].at("params").items()) {
    EXPECT_EQ(value, defaults.at(name).at("default")) << name;
  }
  EXPECT_FALSE(trials[0].at("params").contains("momentum")) << "inactive with adam";
  EXPECT_EQ(trials[1].at("params").at("width"), 17);
  EXPECT_EQ(trials[1].at("params").at("layers"), 1);
  EXPECT_EQ(trials[2].at("params").at("momentum"), 0.5);
  EXPECT_EQ(trials[2].at("params").at("width"), defaults.at("width").at("default"));
  for (const json& trial : trials) EXPECT_EQ(trial.at("params").at("dropout"), 0.25);
}

TEST_F(Run, ALaterWordGoesFirst) {
  write("study.yaml", "model: mlp\ndata: digits\nepochs: 1\ntrials: 3\nspace:\n  layers: {low: 1, high: 2}\n");
  const auto trials = [&](std::vector<std::string> more, std::map<std::string, std::string> environment) {
    Command command{.arguments = {"run", "study.yaml", "--format", "json", "--quiet"}, .folder = folder_};
    command.arguments.insert(command.arguments.end(), more.begin(), more.end());
    command.environment = std::move(environment);
    return result(run_command(command));
  };
  EXPECT_EQ(trials({}, {}).at("trials").size(), 3U);
  EXPECT_EQ(trials({}, {{"PEGBOX_TRIALS", "2"}}).at("trials").size(), 2U);
  EXPECT_EQ(trials({"--trials", "1"}, {{"PEGBOX_TRIALS", "2"}}).at("trials").size(), 1U);

  const json wider = trials({"--trials", "1", "--set", "space.layers.high=6"}, {{"PEGBOX_TRIAL_TIMEOUT", "1h"}});
  EXPECT_EQ(wider.at("study").at("space").at("layers").at("high"), 6);
  EXPECT_EQ(wider.at("study").at("space").at("layers").at("low"), 1);
}

TEST_F(Run, AMistakeIsPlacedWhereItWasMade) {
  Command command{.arguments = {"validate", "--model", "mlp", "--data", "digits"}};
  command.environment = {{"PEGBOX_TRIALS", "many"}};
  EXPECT_THAT(run_command(command), Refuses(2, HasSubstr("PEGBOX_TRIALS: ")));
  EXPECT_THAT(pegbox(command.arguments + std::vector<std::string>{"--epochs", "-1"}),
              Refuses(2, HasSubstr("--epochs: ")));
  EXPECT_THAT(pegbox(command.arguments + std::vector<std::string>{"--set", "space.layers.low=9"}),
              Refuses(2, HasSubstr("--set space.layers.low: ")));
}

// Dropout, batch normalisation and shuffling all draw random numbers; the pruner acts on what others reached.
TEST_F(Run, IsTheSameOnAnyNumberOfWorkers) {
  PEGBOX_TAKES_MINUTES();
  const auto study = [&](const std::string& jobs) {
    json found = result(here({"run",
                              "--model",
                              "mlp",
                              "--data",
                              "digits",
                              "--strategy",
                              "random",
                              "--pruner",
                              "median",
                              "--trials",
                              "12",
                              "--epochs",
                              "3",
                              "--seed",
                              "3",
                              "--window",
                              "4",
                              "--format",
                              "json",
                              "--set",
                              "space.norm=[batch, layer]",
                              "--set",
                              "space.dropout.low=0.1",
                              "--quiet",
                              "--jobs",
                              jobs}));
    found.at("study").erase("jobs");
    found.at("best").erase("seconds");
    for (json& trial : found.at("trials")) trial.erase("seconds");
    return found;
  };
  const json one = study("1");
  ASSERT_EQ(one.at("trials").size(), 12U);
  EXPECT_EQ(study("2"), one);
  EXPECT_EQ(study("4"), one);
  EXPECT_EQ(study("4"), one);
}

TEST_F(Run, AnotherSeedIsAnotherStudy) {
  const auto study = kRunDigits + std::vector<std::string>{"--trials", "2", "--epochs", "1", "--seed"};
  const json first = result(here(study + std::vector<std::string>{"1"})).at("trials");
  const json second = result(here(study + std::vector<std::string>{"2"})).at("trials");
  EXPECT_NE(first[1].at("params"), second[1].at("params"));
  EXPECT_EQ(first[0].at("params"), second[0].at("params"));
  EXPECT_NE(first[0].at("metrics"), second[0].at("metrics"));
}

TEST_F(Run, KeepsTheFrontOfTwoObjectives) {
  write("study.yaml",
        "model: mlp\ndata: digits\nepochs: 1\ntrials: 6\nobjective:\n"
        "  - {metric: accuracy, direction: maximize}\n  - {metric: train_loss, direction: minimize}\n");
  const json found = result(here({"run", "study.yaml", "--format", "json"}));
  const json& trials = found.at("trials");
  const auto beats = [&](const json& a, const json& b) {
    const bool no_worse =
        a["values"]["accuracy"] >= b["values"]["accuracy"] && a["values"]["train_loss"] <= b["values"]["train_loss"];
    return no_worse && a["values"] != b["values"];
  };
  json front = json::array();
  for (const json& trial : trials) {
    const bool beaten =
        std::any_of(trials.begin(), trials.end(), [&](const json& other) { return beats(other, trial); });
    if (!beaten) front.push_back(trial.at("trial"));
  }
  EXPECT_EQ(found.at("front"), front);
}

TEST_F(Run, TheMedianPrunerStopsTrials) {
  const Finished finished =
      here(kRunDigits + std::vector<std::string>{"--strategy", "random", "--pruner", "median", "--trials", "20",
                                                 "--epochs", "4", "--window", "2", "--set",
                                                 "space.learning_rate={low: 1e-4, high: 1, log: true}"});
  ASSERT_THAT(finished, Exits(0));
  const json found = result(finished);
  EXPECT_EQ(found.at("study").at("pruner"), "median");
  int pruned = 0;
  for (const json& trial : found.at("trials")) {
    if (trial.at("state") != "pruned") continue;
    ++pruned;
    EXPECT_GT(trial.at("epochs"), 0);
    EXPECT_LT(trial.at("epochs"), 4);
    EXPECT_EQ(trial.at("values").at("accuracy"), trial.at("metrics").at("accuracy"));
  }
  EXPECT_GT(pruned, 0);
  EXPECT_EQ(found.at("best").at("state"), "complete");
}

TEST_F(Run, AGridEndsByItself) {
  write("study.yaml",
        "model: mlp\ndata: digits\nepochs: 1\nstrategy: grid\nspace:\n  layers: {low: 1, high: 2}\n"
        "  activation: [relu, tanh]\n  width: 16\n  norm: none\n  dropout: 0\n  learning_rate: 0.01\n"
        "  batch_size: 256\n  optimizer: adam\n  weight_decay: 0.001\n");
  const json found = result(here({"run", "study.yaml", "--format", "json"}));
  std::set<std::string> points;
  for (const json& trial : found.at("trials")) points.insert(trial.at("params").dump());
  EXPECT_EQ(found.at("trials").size(), 4U);
  EXPECT_EQ(points.size(), 4U) << "each combination once, the defaults among them";
  EXPECT_EQ(found.at("study").at("ended"), "the strategy is done");
}

TEST_F(Run, EndsAtTheLimitOfEpochs) {
  const json found = result(here(kRunDigits + std::vector<std::string>{"--total-epochs", "5", "--epochs", "2"}));
  EXPECT_EQ(found.at("trials").size(), 2U);
}

TEST_F(Run, RecordsATrialThatFails) {
  write("study.yaml",
        "model: mlp\ndata: digits\nepochs: 2\ntrials: 2\nenqueue: [{learning_rate: 1e30, optimizer: sgd}]\n"
        "space:\n  learning_rate: {high: 1e30}\n");
  const Finished finished = here({"run", "study.yaml", "--format", "json"});
  EXPECT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.err, HasSubstr("trial 1 failed: "));
  const json found = result(finished);
  const json& failed = found.at("trials").at(1);
  EXPECT_EQ(failed.at("state"), "failed");
  EXPECT_THAT(failed.at("error").get<std::string>(), HasSubstr("after epoch 1"));
  EXPECT_EQ(failed.at("values"), json::object());
  EXPECT_EQ(found.at("best").at("trial"), 0);
}

TEST_F(Run, EndsAfterTooManyFailures) {
  const Finished finished =
      here(kRunDigits + std::vector<std::string>{"--trials", "9", "--epochs", "1", "--window", "1", "--max-failures",
                                                 "2", "--set", "space.learning_rate=1e30", "--set",
                                                 "space.optimizer=sgd", "--quiet"});
  EXPECT_THAT(finished, Exits(3));
  EXPECT_THAT(finished.err, HasSubstr("after epoch 1")) << "why, even when quiet";
  const json found = result(finished);
  EXPECT_EQ(found.at("best"), nullptr);
  EXPECT_EQ(found.at("trials").size(), 2U);
}

TEST_F(Run, WithoutASuccessHasNoResult) {
  const Finished finished = here({"run", "--model", "mlp", "--data", "digits", "--trials", "2", "--epochs", "1",
                                  "--set", "space.learning_rate=1e30", "--set", "space.optimizer=sgd"});
  EXPECT_THAT(finished, Exits(3));
  EXPECT_THAT(finished.out, HasSubstr("no trial came to its end"));
}

TEST_F(Run, RefusesADeviceThatIsNotThere) {
  const auto on = [&](const std::string& device) {
    return here(kRunDigits + std::vector<std::string>{"--device", device});
  };
  EXPECT_THAT(on("tpu"), Refuses(2, testing::AllOf(HasSubstr("tpu"), HasSubstr("auto, cpu, cuda"))));
  if (std::filesystem::exists("/proc/driver/nvidia/version")) GTEST_SKIP() << "there may be a GPU";
  EXPECT_THAT(on("cuda"), Refuses(2, testing::AllOf(HasSubstr("device 'cuda'"), HasSubstr("cpu"))));
}

}  // namespace
}  // namespace pegbox

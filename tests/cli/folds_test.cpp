// Studies whose trials are several fits, with a part of the rows that none of them sees.
#include <csignal>

#include "cli_test.hpp"
#include "sanitized.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Everything on that draws, or that a trial has to remember; `asha` pauses trials and lets some go on.
constexpr const char* kEverything = R"(
model: mlp
data: {csv: waves.csv, target: label, shape: [1, 8]}
strategy: asha
trials: 16
epochs: 9
seed: 3
window: 4
folds: 3
repeats: 2
test: 0.2
space:
  optimizer: [sgd, adamw]
  batch_size: 16
  layers: {high: 2}
  width: [8, 16]
  norm: batch
  dropout: {low: 0.1, high: 0.4}
  schedule: one_cycle
  warmup: 0.2
  patience: {low: 2, high: 4}
  flip: {}
  crop: {low: 1, high: 2}
  label_smoothing: {high: 0.2}
  class_weights: balanced
  clip_norm: 0.5
run: {checkpoint_epochs: 1, device: cpu}
)";

/// Rows of eight numbers, of two classes.
std::string waves(int rows) {
  std::string text = "a,b,c,d,e,f,g,h,label\n";
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < 8; ++column)
      text += std::to_string((row * 7 + column * column * (row % 2 + 1)) % 11) + ',';
    text += row % 2 == 0 ? "even\n" : "odd\n";
  }
  return text;
}

/// Names of the metrics that were measured on the test part.
std::vector<std::string> tested(const json& trial) {
  std::vector<std::string> names;
  for (const auto& [name, value] : trial.at("metrics").items()) {
    if (name.starts_with("test_")) names.push_back(name);
  }
  return names;
}

class Folds : public CliTest {
 protected:
  Folds() {
    write("waves.csv", waves(90));
    write("study.yaml", kEverything);
  }

  static inline const std::vector<std::string> kRun{"run", "study.yaml", "--format", "json"};

  json everything(const std::vector<std::string>& more) const {
    const Finished finished = here(kRun + more);
    EXPECT_THAT(finished, Exits(0));
    return result(finished);
  }
};

TEST_F(Folds, AreTheSameOnAnyNumberOfJobs) {
  PEGBOX_TAKES_MINUTES();
  const json one = everything({"--jobs", "1"});
  ASSERT_EQ(one.at("trials").size(), 16U);
  EXPECT_EQ(one.at("study").at("fits"), 6);
  EXPECT_EQ(one.at("study").at("rows"), json::parse(R"({"train": 48, "validation": 24, "test": 18})"));
  const json& metrics = one.at("best").at("metrics");
  for (const char* name : {"accuracy_sd", "accuracy_se", "accuracy_fit_6", "gap", "best_epoch", "loss_se"}) {
    EXPECT_TRUE(metrics.contains(name)) << name;
  }
  for (const char* jobs : {"2", "4"}) {
    EXPECT_EQ(without_seconds(everything({"--jobs", jobs}).at("trials")), without_seconds(one.at("trials"))) << jobs;
  }
}

TEST_F(Folds, AreTheSameKilledAndContinued) {
  const json whole = everything({"--jobs", "2"});
  for (const char* when : {"trial 1 ", "trial 4 "}) {
    const std::vector<std::string> kept{"--jobs", "2", "--storage", "s.db", "--study", std::string("at ") + when};
    Process process(Command{.arguments = kRun + kept, .folder = folder_});
    process.wait_for(when);
    process.signal(SIGKILL);
    process.finish();
    const json rest = everything(kept);
    EXPECT_EQ(without_seconds(rest.at("trials")), without_seconds(whole.at("trials"))) << when;
  }
}

TEST_F(Folds, OnlyTheBestIsTestedAndOnlyOnce) {
  const json first = everything({"--storage", "s.db"});
  EXPECT_THAT(tested(first.at("best")), testing::ElementsAre("test_accuracy", "test_accuracy_sd", "test_accuracy_se",
                                                             "test_loss", "test_loss_sd", "test_loss_se"));
  for (const json& trial : first.at("trials")) {
    EXPECT_EQ(tested(trial).empty(), trial.at("trial") != first.at("best").at("trial"));
  }
  const Finished best = here({"best", "--storage", "s.db", "--format", "json"});
  ASSERT_THAT(best, Exits(0));
  EXPECT_EQ(json::parse(best.out).at("metrics"), first.at("best").at("metrics"));
  EXPECT_EQ(everything({"--storage", "s.db"}).at("trials"), first.at("trials")) << "the times too";
  EXPECT_THAT(here({"storage", "check", "--storage", "s.db"}), Exits(0));
}

TEST_F(Folds, AreAnnounced) {
  EXPECT_THAT(here(kRun + std::vector<std::string>{"--trials", "1"}).err,
              HasSubstr("48 rows to train and 24 to validate on, 6 times for each trial, 18 to test the best on"));
}

class Refused : public CliTest {
 protected:
  Finished run(const std::vector<std::string>& more) const {
    return here(std::vector<std::string>{"run", "--model", "mlp", "--trials", "1", "--epochs", "1"} + more);
  }
};

TEST_F(Refused, OptionsThatTheDataCannotHave) {
  write("waves.csv", waves(30));
  const std::vector<std::string> numbers{"--data", "./waves.csv", "--target", "label"};
  for (const std::string name : {"flip", "crop"}) {
    EXPECT_THAT(
        run(numbers + std::vector<std::string>{"--set", "space." + name + "={}"}),
        Refuses(2, AllOf(HasSubstr("hyperparameter '" + name + "' is for sequences [channels, length] and images"),
                         HasSubstr("has the shape [8]"))));
  }
  std::string regression = "a,y\n";
  for (int row = 0; row < 40; ++row) regression += std::to_string(row) + ',' + std::to_string(row * 0.37) + '\n';
  write("line.csv", regression);
  for (const std::string name : {"label_smoothing", "class_weights"}) {
    EXPECT_THAT(run({"--data", "./line.csv", "--target", "y", "--set", "space." + name + "={}"}),
                Refuses(2, HasSubstr("hyperparameter '" + name +
                                     "' is for classes, but the targets of this study are "
                                     "numbers; leave it out")));
  }
}

TEST_F(Refused, AnOptionThatIsMisspelt) {
  EXPECT_THAT(run({"--data", "digits", "--set", "space.patiense=3"}),
              Refuses(2, AllOf(HasSubstr("there is no hyperparameter 'patiense'"), HasSubstr("'patience'"))));
}

TEST_F(Refused, FoldsThatCannotBeCut) {
  std::string text = "a,b,label\n";
  for (int row = 0; row < 20; ++row) text += std::to_string(row) + ",1," + (row == 4 ? "rare" : "common") + '\n';
  write("rare.csv", text);
  EXPECT_THAT(run({"--data", "./rare.csv", "--target", "label", "--folds", "5"}),
              Refuses(2, HasSubstr("class 'rare' has 1 row, fewer than the 5 folds; say fewer 'folds'")));
}

}  // namespace
}  // namespace pegbox

#include "study/study.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <pegbox/random.hpp>

#include "fault.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::Not;

Study read(const std::string& text, const std::filesystem::path& folder = {}) {
  return read_study(parse_document(text, "s.yaml"), folder);
}

std::string fault_in(const std::string& text) {
  return fault_of([&] { read(text); });
}

/// The study file of the design, without what this version does not have.
constexpr const char* kExample = R"(study: digits                       # name in the store; default: file's name
model: mlp                          # or {name: mlp, <settings>}, or {path: ./my_model.so}
data: digits                        # or {csv: train.csv, target: label}
strategy: {name: hyperband, sampler: tpe, factor: 3}
pruner: median
objective: {metric: accuracy, direction: maximize}      # or a list, for a Pareto front
trials: 60
epochs: 27                          # the largest budget of one trial
space:                              # narrows, fixes or adds to what model and trainer propose
  learning_rate: {low: 1e-4, high: 1e-1, log: true, default: 1e-3}
  batch_size: [16, 32, 64, 128, 256]
  layers: {type: int, low: 1, high: 4}
  optimizer: [sgd, adam, rmsprop, adamw]
  momentum: {low: 0.0, high: 0.99, when: {optimizer: [sgd, rmsprop]}}
  activation: tanh                  # fixed
seed: 1
window: 4                           # look-ahead of the scheduler
run: {jobs: 2, device: auto, timeout: 10m, trial_timeout: 60s, max_failures: 3}
)";

TEST(Study, ReadsTheExample) {
  const Study study = read(kExample);
  EXPECT_EQ(study.name, "digits");
  EXPECT_EQ(study.model.name, "mlp");
  EXPECT_EQ(study.model.settings.size(), 0U);
  EXPECT_EQ(study.data.name, "digits");
  EXPECT_TRUE(study.data.named());
  EXPECT_EQ(study.strategy.name, "hyperband");
  EXPECT_EQ(study.strategy.place, "s.yaml:4:11");
  EXPECT_EQ(study.strategy.settings, (Params{{"factor", std::int64_t{3}}, {"sampler", std::string("tpe")}}));
  ASSERT_TRUE(study.pruner);
  EXPECT_EQ(study.pruner->name, "median");
  EXPECT_EQ(study.objectives, (std::vector<Objective>{{"accuracy", true}}));
  EXPECT_EQ(study.trials, 60);
  EXPECT_EQ(study.epochs, 27);
  EXPECT_EQ(study.seed, 1U);
  EXPECT_EQ(study.window, 4);
  EXPECT_FALSE(study.arrival_order);
  EXPECT_EQ(study.run.jobs, 2);
  EXPECT_EQ(study.run.device, "auto");
  EXPECT_EQ(study.run.timeout, 600.0);
  EXPECT_EQ(study.run.trial_timeout, 60.0);
  EXPECT_EQ(study.run.max_failures, 3);
  EXPECT_EQ(study.space.keys.size(), 6U);
}

TEST(Study, HasDefaults) {
  const Study study = read("model: mlp\n");
  EXPECT_EQ(study.name, "");
  EXPECT_EQ(study.strategy.name, "auto");
  EXPECT_FALSE(study.data.named());
  EXPECT_FALSE(study.pruner);
  EXPECT_TRUE(study.objectives.empty());
  EXPECT_FALSE(study.trials);
  EXPECT_FALSE(study.total_epochs);
  EXPECT_FALSE(study.window);
  EXPECT_EQ(study.epochs, 20);
  EXPECT_EQ(study.validation, 0.2);
  EXPECT_EQ(study.folds, 1);
  EXPECT_EQ(study.repeats, 1);
  EXPECT_EQ(study.test, 0);
  EXPECT_EQ(study.seed, 0U);
  EXPECT_EQ(study.space.kind, Node::Kind::null);
  EXPECT_TRUE(study.enqueue.empty());
  EXPECT_FALSE(study.run.jobs);
  EXPECT_FALSE(study.run.timeout);
}

TEST(Study, ReadsJson) {
  const Study study = read(R"({"model": {"name": "mlp", "bias": true}, "trials": 5, "validation": 0.25,
 "space": {"layers": [1, 2]}, "enqueue": [{"layers": 2, "lr": 1e-3}], "order": "arrival"})");
  EXPECT_EQ(study.model.settings, (Params{{"bias", true}}));
  EXPECT_EQ(study.trials, 5);
  EXPECT_EQ(study.validation, 0.25);
  EXPECT_TRUE(study.arrival_order);
  EXPECT_EQ(study.enqueue, (std::vector<Params>{{{"layers", std::int64_t{2}}, {"lr", 0.001}}}));
  EXPECT_EQ(study.enqueue_place, "s.yaml:2:42");
}

TEST(Study, NeedsAModel) {
  EXPECT_THAT(fault_in(""), mistake_at("s.yaml:1:1", "names no model"));
  EXPECT_THAT(fault_in("# empty\n"), mistake_at("s.yaml:1:1", "names no model"));
  EXPECT_THAT(fault_in("trials: 3\n"), mistake_at("s.yaml:1:1", "names no model"));
  EXPECT_THAT(fault_in("model:\n"), mistake_at("s.yaml:1:1", "'model' has no value"));
  EXPECT_THAT(fault_of([] { read_study(Node{}); }), testing::StartsWith("the study names no model"));
}

TEST(Study, OfAClientNeedsObjectiveAndSpaceInPlaceOfAModel) {
  const auto read_client = [](const std::string& text) {
    return read_study(parse_document(text, "s.yaml"), {}, TrainedBy::client);
  };
  const auto client_fault = [&](const std::string& text) { return fault_of([&] { read_client(text); }); };
  const std::string whole = "objective: loss\nspace: {x: [1, 2]}\n";
  EXPECT_EQ(read_client(whole).epochs, 1);
  EXPECT_EQ(read_client(whole + "epochs: 9\n").epochs, 9);
  EXPECT_EQ(read_client(whole + "model: mlp\n").model.name, "mlp");
  EXPECT_THAT(client_fault(""), mistake_at("s.yaml:1:1", "ask-tell needs an objective"));
  EXPECT_THAT(client_fault("space: {x: [1, 2]}\n"), mistake_at("s.yaml:1:1", "ask-tell needs an objective"));
  EXPECT_THAT(client_fault("objective: loss\n"), mistake_at("s.yaml:1:1", "ask-tell needs a space"));
  EXPECT_THAT(client_fault("mlp\n"), mistake_at("s.yaml:1:1", "the study is a map of keys, not mlp"));
}

TEST(Study, IsAMap) {
  EXPECT_THAT(fault_in("mlp\n"), mistake_at("s.yaml:1:1", "the study is a map of keys, not mlp"));
  EXPECT_THAT(fault_in("- model: mlp\n"), mistake_at("s.yaml:1:1", "not a list"));
  EXPECT_THAT(fault_in("model: mlp\nrun: 3\n"), mistake_at("s.yaml:2:6", "'run' is a map of keys, not 3"));
  EXPECT_THAT(fault_in("model: mlp\nspace: [lr]\n"), mistake_at("s.yaml:2:8", "'space' is a map"));
}

TEST(Study, NamesTheNearestKey) {
  EXPECT_THAT(fault_in("model: mlp\ntirals: 5\n"), mistake_at("s.yaml:2:1", "unknown key 'tirals'"));
  EXPECT_THAT(fault_in("model: mlp\ntirals: 5\n"), HasSubstr("did you mean 'trials'?"));
  EXPECT_THAT(fault_in("model: mlp\nrun:\n  timout: 5s\n"), mistake_at("s.yaml:3:3", "did you mean 'timeout'?"));
  EXPECT_THAT(fault_in("model: mlp\nobjective: {metrik: loss}\n"), mistake_at("s.yaml:2:13", "did you mean 'metric'?"));
  EXPECT_THAT(fault_in("model: mlp\ndata: {csw: a, target: b}\n"), mistake_at("s.yaml:2:8", "did you mean 'csv'?"));
  EXPECT_THAT(fault_in("model: mlp\nzzzzzz: 5\n"), mistake_at("s.yaml:2:1", "known are data, enqueue, epochs"));
}

TEST(Study, RefusesKeysWithoutValue) {
  EXPECT_THAT(fault_in("model: mlp\ntrials:\nseed: 1\n"), mistake_at("s.yaml:2:1", "'trials' has no value"));
  EXPECT_THAT(fault_in("model: mlp\nrun: {jobs: ~}\n"), mistake_at("s.yaml:2:7", "'jobs' has no value"));
  EXPECT_THAT(fault_in("model: mlp\nspace:\n"), mistake_at("s.yaml:2:1", "'space' has no value"));
}

/// A study whose second line is `key: value`.
std::string with(const std::string& key, const std::string& value) {
  return "model: mlp\n" + key + ": " + value + "\n";
}

TEST(Study, RefusesNumbersOutOfRange) {
  struct Case {
    const char* key;
    std::vector<const char*> right, wrong;
  };
  const std::vector<Case> cases = {
      {"trials",
       {"1", "60", "1e3", "20.0", "1000000000"},
       {"0", "-1", "1.5", "ten", "'60'", "true", "[1]", "1000000001"}},
      {"epochs", {"1", "1000000000"}, {"0", "1000000001", "1e10", "9223372036854775807"}},
      {"total_epochs", {"1", "1000000000000"}, {"0", "-5"}},
      {"validation", {"0.5", "1e-3", ".2"}, {"0", "1", "-0.1", "1.5", "half", "{a: 1}"}},
      {"seed", {"0", "9223372036854775807"}, {"-1", "0.5"}},
      {"window", {"1", "10000"}, {"0", "10001"}},
      {"order", {"arrival", "dispatch"}, {"random", "1"}},
      {"test", {"0.5", "1e-3", ".2"}, {"0", "1", "-0.1", "1.5", "half"}},
      {"folds", {"1", "5", "1000"}, {"0", "-2", "2.5", "x", "1001"}},
      {"repeats", {"1", "3", "1000"}, {"0", "1.5", "x", "1001"}},
  };
  for (const auto& [key, right, wrong] : cases) {
    for (const char* value : right) EXPECT_EQ(fault_in(with(key, value)), "") << key << ": " << value;
    for (const char* value : wrong) {
      const std::string place = "s.yaml:2:" + std::to_string(std::string(key).size() + 3);
      EXPECT_THAT(fault_in(with(key, value)), mistake_at(place, "'" + std::string(key) + "' is ")) << value;
    }
  }
}

TEST(Study, RefusesNumbersThatAreNone) {
  EXPECT_THAT(fault_in("model: mlp\nvalidation: 1e400\n"), mistake_at("s.yaml:2:13", "1e400 is out of the range"));
  EXPECT_THAT(fault_in("model: mlp\ntrials: 1e400\n"), mistake_at("s.yaml:2:9", "1e400 is out of the range"));
  EXPECT_THAT(fault_in("model: mlp\nseed: 9223372036854775808\n"), mistake_at("s.yaml:2:7", "out of the range"));
  for (const char* word : {"nan", ".nan", ".NaN", "inf", "-.inf", "+Infinity"}) {
    EXPECT_THAT(fault_in(with("validation", word)), mistake_at("s.yaml:2:13", "not a finite number")) << word;
  }
  EXPECT_THAT(fault_in("model: {name: mlp, x: 1e400}\n"), mistake_at("s.yaml:1:23", "1e400 is out of the range"));
  EXPECT_THAT(fault_in("model: mlp\nenqueue: [{lr: nan}]\n"), mistake_at("s.yaml:2:16", "not a finite number"));
}

TEST(Study, TakesScalarsByTheirSpelling) {
  const auto setting = [](const std::string& text) {
    return read("model: {name: mlp, x: " + text + "}").model.settings.at("x");
  };
  const auto whole = [](std::int64_t number) { return Value(number); };
  EXPECT_EQ(setting("5"), whole(5));
  EXPECT_EQ(setting("-5"), whole(-5));
  EXPECT_EQ(setting("+5"), whole(5));
  EXPECT_EQ(setting("007"), whole(7));
  EXPECT_EQ(setting("-9223372036854775808"), whole(INT64_MIN));
  EXPECT_EQ(setting("5.0"), Value(5.0));
  EXPECT_EQ(setting("1e-4"), Value(1e-4));
  EXPECT_EQ(setting("1E+4"), Value(1e4));
  EXPECT_EQ(setting(".5"), Value(0.5));
  EXPECT_EQ(setting("1."), Value(1.0));
  EXPECT_EQ(setting("true"), Value(true));
  EXPECT_EQ(setting("false"), Value(false));
  for (const char* word :
       {"yes", "no", "on", "off", "relu", "10m", "1e", "e5", ".", "-", "1.2.3", "1_000", "0x10", "+-1", "1 2"}) {
    EXPECT_EQ(setting(word), Value(std::string(word)));
  }
  EXPECT_EQ(setting("'5'"), Value(std::string("5")));
  EXPECT_EQ(setting("\"true\""), Value(std::string("true")));
  EXPECT_EQ(setting("!!str 5"), Value(std::string("5")));
  EXPECT_EQ(setting("'nan'"), Value(std::string("nan")));
}

TEST(Study, ReadsPlugins) {
  const auto model = [](const std::string& text, const std::string& folder = {}) {
    return read("model: " + text + "\n", folder).model.name;
  };
  EXPECT_EQ(model("{name: mlp}"), "mlp");
  EXPECT_EQ(model("mlp", "studies"), "mlp");
  EXPECT_EQ(model("{path: /lib/mine.so}", "studies"), "/lib/mine.so");
  EXPECT_EQ(model("{path: mine.so}", "studies"), "studies/mine.so");
  EXPECT_EQ(model("{path: ../mine.so}", "studies"), "studies/../mine.so");
  EXPECT_EQ(model("{path: mine}"), "./mine");
  EXPECT_EQ(model("{path: mine.so}"), "./mine.so");
  EXPECT_EQ(model("build/mine.so", "studies"), "studies/build/mine.so");
  EXPECT_EQ(model("mine.so", "studies"), "studies/mine.so");
  EXPECT_EQ(model("{name: build/mine.so}", "studies"), "studies/build/mine.so");
}

TEST(Study, RefusesWrongPlugins) {
  EXPECT_THAT(fault_in("model: [mlp]\n"), mistake_at("s.yaml:1:8", "'model' is a text, not a list"));
  EXPECT_THAT(fault_in("model: {hidden: 3}\n"), mistake_at("s.yaml:1:8", "needs a name or a path"));
  EXPECT_THAT(fault_in("model: {name: mlp, path: a.so}\n"), mistake_at("s.yaml:1:20", "not both"));
  EXPECT_THAT(fault_in("model: {name: mlp, hidden: [1, 2]}\n"), mistake_at("s.yaml:1:28", "setting 'hidden'"));
  EXPECT_THAT(fault_in("model: {name: mlp, hidden: }\n"), mistake_at("s.yaml:1:20", "not nothing"));
  EXPECT_THAT(fault_in("model: ''\n"), mistake_at("s.yaml:1:8", "empty name"));
  EXPECT_THAT(fault_in("model: \"a\\nb\"\n"), mistake_at("s.yaml:1:8", "control character"));
  EXPECT_THAT(fault_in("model: mlp\nstrategy: " + std::string(513, 'x') + "\n"),
              mistake_at("s.yaml:2:11", "512 bytes"));
  EXPECT_EQ(fault_in("model: mlp\nstrategy: " + std::string(512, 'x') + "\n"), "");
}

TEST(Study, TakesNoneForNoPruner) {
  EXPECT_FALSE(read("model: mlp\npruner: none\n").pruner);
  EXPECT_FALSE(read("model: mlp\npruner: {name: none}\n").pruner);
  EXPECT_THAT(fault_in("model: mlp\npruner: {name: none, warmup: 3}\n"), mistake_at("s.yaml:2:9", "takes no settings"));
  EXPECT_EQ(read("model: mlp\npruner: {name: asha, factor: 4}\n").pruner->settings,
            (Params{{"factor", std::int64_t{4}}}));
}

TEST(Study, ReadsData) {
  using testing::ElementsAre;
  const DataChoice data = read("model: mlp\ndata: {csv: train.csv, target: label}\n", "studies").data;
  EXPECT_EQ(data.kind, "csv");
  EXPECT_THAT(data.files, ElementsAre("studies/train.csv"));
  EXPECT_THAT(data.target, ElementsAre("label"));
  EXPECT_EQ(data.place, "s.yaml:2:7");
  EXPECT_TRUE(data.named());
  EXPECT_TRUE(data.shape.empty());
  EXPECT_TRUE(data.test.empty());
  EXPECT_THAT(read("model: mlp\ndata: {csv: /a.csv, target: 1}\n", "studies").data.files, ElementsAre("/a.csv"));
  EXPECT_EQ(read("model: mlp\ndata: {name: digits}\n").data.name, "digits");
  EXPECT_EQ(read("model: mlp\ndata: {name: digits}\n").data.kind, "name");
  EXPECT_THAT(read("model: mlp\ndata: {csv: a.csv, target: y, shape: [3, 32, 16]}\n").data.shape,
              ElementsAre(3, 32, 16));
}

TEST(Study, ReadsWhatTheColumnsOfATableAre) {
  using testing::ElementsAre;
  const DataChoice data = read(with("data",
                                    "{csv: a.csv, target: [y, z], group: who, ignore: id, categories: [zip, b], "
                                    "missing: drop, task: regression, test: b.csv}"),
                               "f")
                              .data;
  EXPECT_THAT(data.target, ElementsAre("y", "z"));
  EXPECT_EQ(data.group, "who");
  EXPECT_THAT(data.ignore, ElementsAre("id"));
  EXPECT_THAT(data.categories, ElementsAre("zip", "b"));
  EXPECT_EQ(data.missing, "drop");
  EXPECT_EQ(data.task, "regression");
  EXPECT_THAT(data.test, ElementsAre("f/b.csv"));
  EXPECT_THAT(read(with("data", "{csv: a.csv, target: y, columns: [a, b]}")).data.columns, ElementsAre("a", "b"));
}

TEST(Study, ReadsDataOfEachKind) {
  using testing::ElementsAre;
  const auto data = [](const std::string& text) { return read(with("data", text), "f").data; };
  EXPECT_THAT(data("{test: [u.npy, v.npy], npy: [x.npy, y.npy]}").files, ElementsAre("f/x.npy", "f/y.npy"));
  EXPECT_THAT(data("{test: [u.npy, v.npy], npy: [x.npy, y.npy]}").test, ElementsAre("f/u.npy", "f/v.npy"));
  for (const std::string kind : {"idx", "cifar10", "cifar100", "images"}) {
    EXPECT_EQ(data("{" + kind + ": there}").kind, kind);
    EXPECT_THAT(data("{" + kind + ": there}").files, ElementsAre("f/there")) << kind;
  }
  EXPECT_EQ(data("{cifar100: there, labels: coarse}").labels, "coarse");
  const DataChoice images = data("{images: there, size: [32, 24], channels: 3}");
  EXPECT_THAT(images.size, ElementsAre(32, 24));
  EXPECT_EQ(images.channels, 3);
}

TEST(Study, RefusesWrongData) {
  EXPECT_THAT(fault_in(with("data", "{csv: a.csv}")), mistake_at("s.yaml:2:7", "target: COLUMN"));
  EXPECT_THAT(fault_in(with("data", "{target: y}")), mistake_at("s.yaml:2:7", "csv: FILE"));
  EXPECT_THAT(fault_in(with("data", "{name: digits, csv: a.csv, target: y}")),
              mistake_at("s.yaml:2:22", "'name' and 'csv' are too much"));
  EXPECT_THAT(fault_in(with("data", "{csv: '', target: y}")), mistake_at("s.yaml:2:13", "'csv' is empty"));
  EXPECT_THAT(fault_in(with("data", "{name: digits, shape: [64]}")), mistake_at("s.yaml:2:22", "too much"));
  const auto shaped = [](const std::string& shape) {
    return fault_in(with("data", "{csv: a.csv, target: y, shape: " + shape + "}"));
  };
  for (const char* shape : {"28", "[]", "{a: 1}", "[1, 1, 1, 1, 1, 1, 1, 1, 1]"}) {
    EXPECT_THAT(shaped(shape), mistake_at("s.yaml:2:38", "list of 1 to 8 whole numbers")) << shape;
  }
  for (const char* shape : {"[0]", "[2.5]", "[x]", "[-1]", "[[1]]"}) {
    EXPECT_THAT(shaped(shape), mistake_at("s.yaml:2:39", "'shape' is a whole number from 1")) << shape;
  }
  EXPECT_THAT(fault_in(with("data", "train.csv")), mistake_at("s.yaml:2:7", "{csv: train.csv, target: COLUMN}"));
  EXPECT_THAT(fault_in(with("data", "[digits]")), mistake_at("s.yaml:2:7", "not a list"));
}

TEST(Study, RefusesKeysOfOtherData) {
  const auto fault = [](const std::string& text) { return fault_in(with("data", text)); };
  EXPECT_THAT(fault("{npy: x.npy}"), mistake_at("s.yaml:2:13", "'npy' is a list of two files"));
  EXPECT_THAT(fault("{npy: [a, b, c]}"), mistake_at("s.yaml:2:13", "'npy' is a list of two files"));
  EXPECT_THAT(fault("{npy: [a, b], test: c}"), mistake_at("s.yaml:2:27", "'test' is a list of two files"));
  EXPECT_THAT(fault("{npy: [a, b], missing: drop}"), mistake_at("s.yaml:2:7", "'missing' is refuse or mean"));
  EXPECT_THAT(fault("{csv: a, target: y, test: [b, c]}"), mistake_at("s.yaml:2:33", "'test' is a text"));
  EXPECT_THAT(fault("{csv: a, target: []}"), mistake_at("s.yaml:2:24", "not an empty list"));
  EXPECT_THAT(fault("{csv: a, target: y, columns: a, ignore: b}"), mistake_at("s.yaml:2:7", "too much"));
  EXPECT_THAT(fault("{csv: a, target: y, missing: median}"),
              mistake_at("s.yaml:2:36", "'missing' is one of refuse, mean, drop, not median"));
  EXPECT_THAT(fault("{csv: a, target: y, task: ranking}"), mistake_at("s.yaml:2:33", "classification, regression"));
  EXPECT_THAT(fault("{idx: a, target: y}"),
              mistake_at("s.yaml:2:16", "'target' is too much here: it is for csv data, and these are named by 'idx'"));
  EXPECT_THAT(fault("{images: a, shape: [3]}"), mistake_at("s.yaml:2:19", "it is for csv and npy data"));
  EXPECT_THAT(fault("{cifar10: a, labels: fine}"), mistake_at("s.yaml:2:20", "it is for cifar100 data"));
  EXPECT_THAT(fault("{cifar100: a, labels: both}"), mistake_at("s.yaml:2:29", "fine, coarse"));
  EXPECT_THAT(fault("{images: a, size: 32}"), mistake_at("s.yaml:2:25", "[HEIGHT, WIDTH]"));
  EXPECT_THAT(fault("{images: a, channels: 2}"), mistake_at("s.yaml:2:29", "1 (grey) or 3 (colours)"));
  EXPECT_THAT(fault("{images: a, channels: 4}"), mistake_at("s.yaml:2:29", "from 1 to 3"));
}

TEST(Study, KnowsTheDirectionOfItsOwnMetrics) {
  const auto objectives = [](const std::string& text) { return read(with("objective", text)).objectives; };
  const auto one = [](const char* metric, bool maximize) { return std::vector<Objective>{{metric, maximize}}; };
  EXPECT_EQ(objectives("accuracy"), one("accuracy", true));
  EXPECT_EQ(objectives("r2"), one("r2", true));
  EXPECT_EQ(objectives("loss"), one("loss", false));
  EXPECT_EQ(objectives("train_rmse"), one("train_rmse", false));
  EXPECT_EQ(objectives("train_accuracy"), one("train_accuracy", true));
  EXPECT_EQ(objectives("{metric: loss}"), one("loss", false));
  EXPECT_EQ(objectives("{metric: loss, direction: maximize}"), one("loss", true));
  EXPECT_EQ(objectives("{metric: f1, direction: maximize}"), one("f1", true));
  EXPECT_EQ(objectives("[accuracy, {metric: size, direction: minimize}]"),
            (std::vector<Objective>{{"accuracy", true}, {"size", false}}));
}

TEST(Study, RefusesWrongObjectives) {
  EXPECT_THAT(fault_in(with("objective", "f1")), mistake_at("s.yaml:2:12", "{metric: f1, direction: minimize}"));
  EXPECT_THAT(fault_in(with("objective", "{metric: f1}")), mistake_at("s.yaml:2:12", "needs a direction"));
  EXPECT_THAT(fault_in(with("objective", "{direction: minimize}")), mistake_at("s.yaml:2:12", "names no metric"));
  EXPECT_THAT(fault_in(with("objective", "{metric: f1, direction: up}")),
              mistake_at("s.yaml:2:36", "minimize or maximize"));
  EXPECT_THAT(fault_in(with("objective", "[loss, r2, loss]")),
              mistake_at("s.yaml:2:23", "'loss' is an objective twice"));
  EXPECT_THAT(fault_in(with("objective", "[]")), mistake_at("s.yaml:2:12", "empty"));
  EXPECT_THAT(fault_in(with("objective", "[[loss]]")), mistake_at("s.yaml:2:13", "not a list"));
}

TEST(Study, ReadsTimes) {
  const auto seconds = [](const std::string& text) {
    return *read(with("run", "{timeout: " + text + "}")).run.timeout;
  };
  EXPECT_EQ(seconds("10m"), 600);
  EXPECT_EQ(seconds("60s"), 60);
  EXPECT_EQ(seconds("1h30m"), 5400);
  EXPECT_EQ(seconds("2d1h1m1s"), 2 * 86400 + 3661);
  EXPECT_EQ(seconds("90"), 90);
  EXPECT_EQ(seconds("0.5"), 0.5);
  EXPECT_EQ(seconds("1.5h"), 5400);
  EXPECT_EQ(seconds("'10m'"), 600);
  for (const char* wrong :
       {"0", "0s", "-5", "10x", "m", "10m5", "1m1h", "1m1m", "500ms", "soon", "1e400", "1e10", "nan", "''", "[1]"}) {
    EXPECT_THAT(fault_in(with("run", "{timeout: " + std::string(wrong) + "}")),
                mistake_at("s.yaml:2:16", "'timeout' is a time above 0"))
        << wrong;
  }
  EXPECT_THAT(fault_in(with("run", "{trial_timeout: 0}")), mistake_at("s.yaml:2:22", "'trial_timeout'"));
}

TEST(Study, ReadsTheRun) {
  for (const char* device : {"auto", "cpu", "cuda", "cuda:0", "cuda:15", "all"}) {
    EXPECT_EQ(read(with("run", "{device: '" + std::string(device) + "'}")).run.device, device);
  }
  for (const char* wrong : {"gpu", "cuda:", "cuda:x", "cuda:01", "cuda:100", "cuda:-1", "CPU", ""}) {
    EXPECT_THAT(fault_in(with("run", "{device: '" + std::string(wrong) + "'}")),
                mistake_at("s.yaml:2:15", "'device' is auto, cpu, cuda, cuda:N or all"));
  }
  EXPECT_EQ(read("model: mlp").run.per_device, 1);
  EXPECT_EQ(read(with("run", "{per_device: 64}")).run.per_device, 64);
  EXPECT_THAT(fault_in(with("run", "{per_device: 65}")), mistake_at("s.yaml:2:19", "from 1 to 64"));
  EXPECT_THAT(fault_in(with("run", "{per_device: 0}")), mistake_at("s.yaml:2:19", "from 1 to 64"));
  EXPECT_EQ(read("model: mlp").run.trial_memory, std::nullopt);
  EXPECT_EQ(read(with("run", "{trial_memory: 2GB}")).run.trial_memory, 2'000'000'000);
  EXPECT_THAT(fault_in(with("run", "{trial_memory: much}")), mistake_at("s.yaml:2:21", "'trial_memory' is a size"));
  EXPECT_EQ(read(with("run", "{jobs: 1024}")).run.jobs, 1024);
  EXPECT_THAT(fault_in(with("run", "{jobs: 1025}")), mistake_at("s.yaml:2:13", "from 1 to 1024"));
  EXPECT_THAT(fault_in(with("run", "{jobs: 0}")), mistake_at("s.yaml:2:13", "from 1 to 1024"));
  EXPECT_THAT(fault_in(with("run", "{max_failures: 0}")), mistake_at("s.yaml:2:21", "'max_failures'"));
}

TEST(Study, ReadsWhereItIsKept) {
  const RunChoice none = read("model: mlp").run;
  EXPECT_EQ(none.storage, "");
  EXPECT_EQ(none.checkpoint_epochs, 0);
  EXPECT_EQ(none.checkpoint_interval, 60);
  EXPECT_EQ(none.paused_memory, 1'000'000'000);
  EXPECT_EQ(none.busy_timeout, 60);
  const RunChoice run = read(with("run",
                                  "{storage: a.db, checkpoint_epochs: 5, checkpoint_interval: 2m, "
                                  "paused_memory: 1.5GB, busy_timeout: 1s}"))
                            .run;
  EXPECT_EQ(run.storage, "a.db");
  EXPECT_EQ(run.checkpoint_epochs, 5);
  EXPECT_EQ(run.checkpoint_interval, 120);
  EXPECT_EQ(run.paused_memory, 1'500'000'000);
  EXPECT_EQ(run.busy_timeout, 1);
  EXPECT_EQ(read_study(parse_document("{model: mlp, run: {storage: a.db}}", "s.yaml"), "/f").run.storage, "/f/a.db");
  EXPECT_EQ(read_study(parse_document("{model: mlp, run: {storage: /b/a.db}}", "s.yaml"), "/f").run.storage, "/b/a.db");
  EXPECT_THAT(fault_in(with("run", "{storage: 'sqlite:///a.db'}")), mistake_at("s.yaml:2:16", "not an address"));
  EXPECT_THAT(fault_in(with("run", "{storage: ''}")), mistake_at("s.yaml:2:16", "is the file of a database"));
  EXPECT_THAT(fault_in(with("run", "{checkpoint_epochs: 0}")), mistake_at("s.yaml:2:26", "'checkpoint_epochs'"));
}

TEST(Study, ReadsSizes) {
  const auto bytes = [](const std::string& text) {
    return read(with("run", "{paused_memory: " + text + "}")).run.paused_memory;
  };
  EXPECT_EQ(bytes("1"), 1);
  EXPECT_EQ(bytes("64kB"), 64'000);
  EXPECT_EQ(bytes("512MB"), 512'000'000);
  EXPECT_EQ(bytes("'2 GB'"), 2'000'000'000);
  EXPECT_EQ(bytes("1TB"), 1'000'000'000'000);
  for (const char* wrong : {"0", "0.1", "-1GB", "1XB", "GB", "1GB2", "nan", "1e400", "2000TB", "''", "[1]"}) {
    EXPECT_THAT(fault_in(with("run", "{paused_memory: " + std::string(wrong) + "}")),
                mistake_at("s.yaml:2:22", "'paused_memory' is a size"))
        << wrong;
  }
}

TEST(Study, ReadsHowRowsAreDivided) {
  const Study study = read("model: mlp\nfolds: 5\nrepeats: 3\ntest: 0.1\n");
  EXPECT_EQ(study.folds, 5);
  EXPECT_EQ(study.repeats, 3);
  EXPECT_EQ(study.test, 0.1);
}

TEST(Study, ReadsPointsToTryFirst) {
  EXPECT_EQ(read(with("enqueue", "[{a: 1, b: 0.5, c: relu, d: true}, {}]")).enqueue,
            (std::vector<Params>{{{"a", std::int64_t{1}}, {"b", 0.5}, {"c", std::string("relu")}, {"d", true}}, {}}));
  EXPECT_THAT(fault_in(with("enqueue", "{a: 1}")), mistake_at("s.yaml:2:10", "list of points"));
  EXPECT_THAT(fault_in(with("enqueue", "[a]")), mistake_at("s.yaml:2:11", "a point of 'enqueue' is a map"));
  EXPECT_THAT(fault_in(with("enqueue", "[{a: [1]}]")), mistake_at("s.yaml:2:15", "not a list"));
  EXPECT_THAT(fault_in(with("enqueue", "[{a: }]")), mistake_at("s.yaml:2:12", "not nothing"));
}

TEST(Study, ReportsTheFirstMistakeOfTheFile) {
  EXPECT_THAT(fault_in("model: mlp\nwindow: 0\ntrials: 0\n"), mistake_at("s.yaml:2:9", "window"));
  EXPECT_THAT(fault_in("model: mlp\ntrials: 0\nwindow: 0\n"), mistake_at("s.yaml:2:9", "trials"));
}

TEST(Study, NamesTheOptionThatIsWrong) {
  Node root = parse_document("model: mlp\n", "s.yaml");
  assign(root, "run.jobs", "many", "--jobs");
  EXPECT_THAT(fault_of([&] { read_study(root); }),
              mistake_at("--jobs", "'jobs' is a whole number from 1 to 1024, not many"));
  assign(root, "run", "{job: 2}", "--set run");
  EXPECT_THAT(fault_of([&] { read_study(root); }), mistake_at("--set run", "did you mean 'jobs'?"));
}

TEST(Study, SaysOneLineOfMessage) {
  const std::string fault = fault_in("model: mlp\n\"a\\nb\": 1\n");
  EXPECT_THAT(fault, mistake_at("s.yaml:2:1", "unknown key 'a b'"));
  EXPECT_THAT(fault, Not(HasSubstr("\n")));
  EXPECT_LT(fault_in("model: mlp\n" + std::string(900, 'k') + ": 1\n").size(), 700U);
}

/// The space that the example's model and trainer might propose.
SearchSpace base() {
  return {{"learning_rate", Real{1e-5, 1, true}, 0.001},
          {"batch_size",
           Choice{{std::int64_t{16}, std::int64_t{32}, std::int64_t{64}, std::int64_t{128}, std::int64_t{256}}}},
          {"layers", Integer{1, 8}},
          {"optimizer", Choice{{"sgd", "adam", "rmsprop", "adamw"}}},
          {"momentum", Real{0, 0.99}, 0.9, {{"optimizer", {"sgd", "rmsprop"}}}},
          {"activation", Choice{{"relu", "tanh"}}}};
}

TEST(Study, WithRandomEditsIsReadOrRefused) {
  constexpr int kTexts = 3000;
  constexpr std::string_view kLetters = "\t\n\r :,-?!&*#|>%@`'\"[]{}~.0123456789eE+ntrue\\x\x04\x80\xC3\xA9\xFF";
  const std::string valid = kExample;
  int refused = 0;
  int good = 0;
  for (int number = 0; number < kTexts; ++number) {
    Random random(7, number, "edits");
    std::string text = valid;
    for (auto edits = 1 + random.below(4); edits > 0; --edits) {
      const std::size_t at = random.below(text.size());
      const char letter = kLetters[random.below(kLetters.size())];
      switch (random.below(4)) {
        case 0:
          text[at] = letter;
          break;
        case 1:
          text.insert(at, 1, letter);
          break;
        case 2:
          text.erase(at, 1 + random.below(8));
          break;
        default:
          text.insert(at, text.substr(random.below(text.size()), random.below(40)));
          break;
      }
    }
    try {
      const Study study = read(text);
      merged_space(base(), false, study.space);
      ++good;
    } catch (const StudyError& error) {
      EXPECT_THAT(std::string(error.what()), testing::StartsWith("s.yaml:")) << text;
      ++refused;
    }
  }
  EXPECT_EQ(good + refused, kTexts);
  EXPECT_GT(good, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace pegbox

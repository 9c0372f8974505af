#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::Values;

struct Mistake {
  std::string name, text, place;
  std::vector<std::string> words;  ///< all in the message
};

std::ostream& operator<<(std::ostream& stream, const Mistake& mistake) { return stream << mistake.name; }

class StudyMistake : public CliTest, public testing::WithParamInterface<Mistake> {};

TEST_P(StudyMistake, IsRefusedWithItsPlace) {
  write("study.yaml", GetParam().text);
  for (const std::string verb : {"validate", "run"}) {
    const Finished finished = here({verb, "study.yaml"});
    EXPECT_THAT(finished, Refuses(2, StartsWith("pegbox: study.yaml:" + GetParam().place + ": ")));
    for (const std::string& word : GetParam().words) EXPECT_THAT(finished.err, HasSubstr(word));
  }
}

const std::string kHead = "model: mlp\ndata: digits\n";

INSTANTIATE_TEST_SUITE_P(
    Files, StudyMistake,
    Values(Mistake{"unknown_key", kHead + "strategie: random\n", "3:1", {"'strategie'", "did you mean 'strategy'"}},
           Mistake{"unknown_key_below_run", kHead + "run:\n  job: 2\n", "4:3", {"'job'", "did you mean 'jobs'"}},
           Mistake{"unknown_hyperparameter", kHead + "space:\n  layrs: 2\n", "4:3", {"'layrs'", "'layers'"}},
           Mistake{"duplicate_key", kHead + "seed: 1\nepochs: 2\nseed: 2\n", "5:1", {"duplicate", "'seed'", ":3:1"}},
           Mistake{"tab", kHead + "space:\n\tlayers: 2\n", "4:1", {"tab"}},
           Mistake{"low_above_high", kHead + "space:\n  layers: {low: 5, high: 3}\n", "4:11", {"layers", "5", "3"}},
           Mistake{"log_with_0", kHead + "space:\n  dropout: {low: 0, high: 1, log: true}\n", "4:12", {"log", "0"}},
           Mistake{"no_choices", kHead + "space:\n  batch_size: []\n", "4:15", {"batch_size"}},
           Mistake{"word_for_a_number", kHead + "trials: many\n", "3:9", {"trials", "many"}},
           Mistake{"list_for_a_number", kHead + "epochs: [1]\n", "3:9", {"epochs", "list"}},
           Mistake{"number_out_of_range", kHead + "trials: 0\n", "3:9", {"trials", "0"}},
           Mistake{"word_for_a_range", kHead + "space:\n  layers: {low: two}\n", "4:17", {"two"}},
           Mistake{"not_a_map", "- mlp\n", "1:1", {"map"}}, Mistake{"not_utf8", "model: ml\xff\n", "1:10", {"UTF-8"}},
           Mistake{"not_yaml", "model: {name: mlp\ndata: digits\n", "2:5", {"'}'"}}),
    [](const auto& one) { return one.param.name; });

class Validate : public CliTest {};

TEST_F(Validate, RefusesFilesThatAreNone) {
  EXPECT_THAT(here({"validate", "none.yaml"}), Refuses(2, AllOf(HasSubstr("none.yaml"), HasSubstr("no such file"))));
  EXPECT_THAT(here({"validate", "."}), Refuses(2, HasSubstr("pegbox: ")));
  write("empty.yaml", "");
  EXPECT_THAT(here({"validate", "empty.yaml"}), Refuses(2, HasSubstr("empty.yaml")));
}

TEST_F(Validate, RefusesAHugeFile) {
  constexpr std::uintmax_t kHuge = 100U << 20U;
  write("huge.yaml", kHead);
  std::filesystem::resize_file(folder_ / "huge.yaml", kHuge);
  EXPECT_THAT(here({"validate", "huge.yaml"}), Refuses(2, AllOf(HasSubstr("huge.yaml"), HasSubstr("1 MiB"))));
}

TEST_F(Validate, ShowsTheSpaceOfAValidStudy) {
  write("study.yaml", kHead + "study: mine\nspace:\n  layers: {high: 6}\n  batch_size: [16, 64]\n  activation: tanh\n");
  const Finished table = here({"validate", "study.yaml"});
  EXPECT_THAT(table, Exits(0));
  EXPECT_EQ(table.err, "");
  EXPECT_THAT(table.out, AllOf(HasSubstr("'mine' is valid"), HasSubstr("integer 1..6"), HasSubstr("one of 16, 64"),
                               HasSubstr("tanh"), HasSubstr("learning_rate")));

  const json valid = result(here({"validate", "study.yaml", "--format", "json"}));
  EXPECT_EQ(valid.at("study"), "mine");
  EXPECT_EQ(valid.at("valid"), true);
  EXPECT_EQ(valid.at("space").at("layers").at("high"), 6);
  EXPECT_EQ(valid.at("space").at("batch_size").at("choices"), json::parse("[16, 64]"));
  EXPECT_EQ(valid.at("space").at("activation").at("default"), "tanh");
  EXPECT_EQ(valid.at("space").at("momentum").at("when").at("optimizer"), json::parse(R"(["sgd", "rmsprop"])"));
}

TEST_F(Validate, TakesAStudyInJson) {
  write("study.json", R"({"model": "mlp", "data": "digits", "space": {"layers": {"low": 2, "high": 3}}})");
  EXPECT_THAT(here({"validate", "study.json"}), Exits(0));
}

TEST_F(Validate, AsksTheStrategy) {
  write("study.yaml", kHead + "strategy: grid\n");
  EXPECT_THAT(here({"validate", "study.yaml"}), Refuses(2, AllOf(HasSubstr("study.yaml:3:11"), HasSubstr("grid"))));
  write("study.yaml", kHead + "strategy: {name: grid, pionts: 3}\n");
  EXPECT_THAT(here({"validate", "study.yaml"}), Refuses(2, HasSubstr("did you mean 'points'")));
  write("study.yaml", kHead + "strategy: {name: grid, points: 3}\n");
  EXPECT_THAT(here({"validate", "study.yaml"}), Exits(0));
}

TEST_F(Validate, SaysWhatTheStrategyMadeOfTheStudy) {
  write("study.yaml", kHead);
  EXPECT_THAT(here({"validate", "study.yaml"}).out, HasSubstr("\nstrategy auto: tpe, since some hyperparameters"));
  const auto strategy = [&](const std::vector<std::string>& more) {
    const auto words = std::vector<std::string>{"validate", "study.yaml", "--format", "json"} + more;
    return result(here(words)).at("strategy");
  };
  EXPECT_EQ(strategy({}).at("name"), "auto");
  EXPECT_THAT(strategy({}).at("choice").get<std::string>(), StartsWith("tpe, since "));
  EXPECT_THAT(strategy({"--timeout", "1h"}).at("choice").get<std::string>(),
              AllOf(StartsWith("hyperband with sampler tpe, since "), HasSubstr("20 epochs")));
  EXPECT_THAT(strategy({"--total-epochs", "400"}).at("choice").get<std::string>(), StartsWith("hyperband"));
  EXPECT_THAT(strategy({"--timeout", "1h", "--pruner", "median"}).at("choice").get<std::string>(), StartsWith("tpe"));
  EXPECT_EQ(strategy({"--strategy", "random"}).dump(), R"({"choice":null,"name":"random","settings":{}})");
  EXPECT_THAT(here({"validate", "study.yaml", "--strategy", "random"}).out, Not(HasSubstr("strategy random:")));
}

TEST_F(Validate, RefusesAStrategyInsideItself) {
  write("study.yaml", kHead + "strategy: {name: hyperband, sampler: hyperband}\n");
  EXPECT_THAT(here({"validate", "study.yaml"}),
              Refuses(2, AllOf(HasSubstr("study.yaml:3:11"), HasSubstr("setting 'sampler'"),
                               HasSubstr("'hyperband' cannot be inside itself"))));
  write("study.yaml", kHead + "strategy: {name: hyperband, sampler: auto}\n");
  EXPECT_THAT(here({"validate", "study.yaml", "--timeout", "1h"}),
              Refuses(2, HasSubstr("(hyperband → auto → hyperband)")));
  EXPECT_THAT(here({"validate", "study.yaml", "--trials", "30"}), Exits(0));
}

TEST(Example, IsValidAndRuns) {
  EXPECT_THAT(pegbox({"validate", PEGBOX_EXAMPLE}), Exits(0));
  const Finished run = pegbox({"run", PEGBOX_EXAMPLE, "--trials", "2", "--epochs", "1", "--format", "json"});
  EXPECT_THAT(run, Exits(0));
  EXPECT_EQ(result(run).at("study").at("name"), "digits");
}

}  // namespace
}  // namespace pegbox

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pegbox/random.hpp>

#include "cli_test.hpp"
#include "store/storage.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kDefinition = R"({
  "objectives": [{"metric": "accuracy", "direction": "maximize"}, {"metric": "loss", "direction": "minimize"}],
  "space": {
    "rate": {"type": "real", "low": 0.0, "high": 1.0, "log": false, "default": 0.5},
    "layers": {"type": "int", "low": 1, "high": 4, "log": false, "step": 1, "default": 2},
    "kind": {"type": "choice", "choices": ["a", "b"], "default": "a"}
  }
})";

SearchSpace space() {
  return {{"rate", Real{0, 1}, 0.5},
          {"layers", Integer{1, 4}, std::int64_t{2}},
          {"kind", Choice{{std::string("a"), std::string("b")}}}};
}

/// A study whose accuracy is the rate's and whose loss is the layers', with as many complete trials as are asked for.
class ImportanceVerb : public CliTest {
 protected:
  ImportanceVerb() { storage_ = open_storage(folder_ / "small.db", {.create = true}); }

  void add_study(const std::string& name, int trials, const std::string& definition = kDefinition) const {
    const StoredStudy study = storage_->create({name, {{"accuracy", true}, {"loss", false}}, definition});
    Random random(1, 0, "points");
    std::vector<Change> changes;
    for (int i = 0; i < trials; ++i) {
      const std::vector<double> point{random.uniform(), random.uniform(), random.uniform()};
      Trial trial;
      trial.number = i;
      trial.state = State::running;
      trial.params = space().decode(point);
      trial.until = 1;
      changes.emplace_back(MoveMade{trial, i, 0, Origin::asked});
      const double loss = static_cast<double>(trial.params.get<std::int64_t>("layers"));
      trial.values = {trial.params.get<double>("rate"), loss};
      trial.reports = {{1, {{"accuracy", trial.values[0]}, {"loss", loss}}}};
      trial.state = State::complete;
      changes.emplace_back(Reported{i, trial.reports[0]});
      changes.emplace_back(MoveEnded{i, trial});
    }
    storage_->apply(study, space(), changes);
  }

  Finished importance(std::vector<std::string> words) const {
    words.insert(words.begin(), {"importance", "--storage", "small.db"});
    return here(std::move(words));
  }

  std::unique_ptr<Storage> storage_;
};

TEST_F(ImportanceVerb, ATableHasTheLargestShareFirst) {
  add_study("small", 60);
  const Finished finished = importance({});
  ASSERT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.out, AllOf(StartsWith("hyperparameter  share\nrate"), HasSubstr(" %  ####"),
                                  HasSubstr("from 60 complete trials; trees that learned from some of them foretell"),
                                  HasSubstr("with fewer than 100 trials, shares are rough")));
  EXPECT_EQ(finished.err, "");
}

TEST_F(ImportanceVerb, JsonHasAllSharesAndWhatTheyRestOn) {
  add_study("small", 60);
  const json found = result(importance({"--format", "json"}));
  EXPECT_EQ(found["study"], "small");
  EXPECT_EQ(found["objective"], "accuracy");
  EXPECT_EQ(found["trials"], 60);
  EXPECT_EQ(found["usable"], 60);
  EXPECT_GT(found["explained"], 0.8);
  ASSERT_EQ(found["importances"].size(), 3U);
  EXPECT_EQ(found["importances"][0]["name"], "rate");
  EXPECT_GT(found["importances"][0]["share"], 0.9);
  EXPECT_EQ(found["pairs"].size(), 3U);
  EXPECT_EQ(found["pairs"][0]["names"].size(), 2U);
}

TEST_F(ImportanceVerb, CsvHasARowForEachAndForEachPair) {
  add_study("small", 60);
  const Finished finished = importance({"--format", "csv"});
  ASSERT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.out, StartsWith("hyperparameter,with,share\nrate,,0."));
  EXPECT_EQ(std::count(finished.out.begin(), finished.out.end(), '\n'), 7);
}

TEST_F(ImportanceVerb, AnotherObjectiveCanBeNamed) {
  add_study("small", 60);
  const json found = result(importance({"--objective", "loss", "--format", "json"}));
  EXPECT_EQ(found["objective"], "loss");
  EXPECT_EQ(found["importances"][0]["name"], "layers");
  EXPECT_THAT(importance({"--objective", "los"}), Refuses(2, HasSubstr("--objective: study 'small' has no objective "
                                                                       "'los'; it has accuracy, loss")));
}

TEST_F(ImportanceVerb, FewTrialsAreRefused) {
  add_study("small", 9);
  EXPECT_THAT(importance({}), Refuses(2, HasSubstr("10 complete trials or more, and there are 9")));
}

TEST_F(ImportanceVerb, AStudyOfAnotherProgramIsRefused) {
  add_study("small", 20, "");
  EXPECT_THAT(importance({}), Refuses(2, HasSubstr("another program made study 'small'")));
}

TEST_F(ImportanceVerb, OfSeveralStudiesOneIsNamed) {
  add_study("small", 20);
  add_study("other", 20);
  EXPECT_THAT(importance({}), Refuses(2, HasSubstr("say which by --study NAME")));
  EXPECT_THAT(importance({"--study", "other"}), Exits(0));
}

}  // namespace
}  // namespace pegbox

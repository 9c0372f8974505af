#include <gmock/gmock.h>

#include "store_test.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

/// A study that other programs change too.
class OthersTest : public StoreTest {
 protected:
  OthersTest() : storage_(made()), study_(storage_->create(one_objective())) {}

  std::vector<std::string> apply(const std::vector<Change>& changes) {
    return storage_->apply(study_, small_space(), changes);
  }

  /// As Optuna's `enqueue_trial`.
  void enqueue_elsewhere(int number, const std::string& fixed_params) const {
    sql("INSERT INTO trials (number, study_id, state) VALUES (" + std::to_string(number) +
        ", 1, 'WAITING');"
        "INSERT INTO trial_system_attributes (trial_id, key, value_json) VALUES (last_insert_rowid(), 'fixed_params', "
        "'" +
        fixed_params + "')");
  }

  /// A trial that another program ran to the end, with reports from epoch 0.
  void run_elsewhere(int number, const std::string& state, const std::string& value) const {
    sql("INSERT INTO trials VALUES (100 + " + std::to_string(number) + ", " + std::to_string(number) + ", 1, '" +
        state +
        "', '2026-11-24 08:00:00', '2026-11-24 08:00:02.500000');"
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) SELECT MAX(trial_id), "
        "'layers',"
        " 3.0, '{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 1, \"low\": 1, \"high\": "
        "4}}'"
        " FROM trials;"
        "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)"
        " SELECT MAX(trial_id), 0, 0.75, 'FINITE' FROM trials;"
        "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)"
        " SELECT MAX(trial_id), 1, 0.5, 'FINITE' FROM trials");
    if (value.empty()) return;
    sql("INSERT INTO trial_values (trial_id, objective, value, value_type) SELECT MAX(trial_id), 0, " + value +
        ", 'FINITE' FROM trials");
  }

  std::unique_ptr<Storage> storage_;
  StoredStudy study_;
};

TEST_F(OthersTest, QueuedPointsAreClaimedInTheirOrder) {
  EXPECT_FALSE(storage_->waiting(study_));
  EXPECT_FALSE(storage_->claim(study_));
  EXPECT_EQ(open_storage(file())->enqueue(study_, running(0).params, small_space()), 0);
  enqueue_elsewhere(1, R"({"layers": 3, "x": NaN})");
  enqueue_elsewhere(2, R"({"layers": 4, "op": "relu", "rate": 0.5, "norm": true, "none": null})");
  EXPECT_TRUE(storage_->waiting(study_));
  const auto first = storage_->claim(study_);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->number, 0);
  EXPECT_EQ(first->state, State::running);
  EXPECT_EQ(first->params, running(0).params);
  EXPECT_EQ(storage_->claim(study_)->params, Params());
  EXPECT_EQ(storage_->claim(study_)->params,
            Params({{"layers", std::int64_t{4}}, {"op", std::string("relu")}, {"rate", 0.5}, {"norm", true}}));
  EXPECT_FALSE(storage_->waiting(study_));
  EXPECT_FALSE(storage_->claim(study_));
}

TEST_F(OthersTest, ClaimedTrialsAreCompletedByTheirMove) {
  storage_->enqueue(study_, running(0).params, small_space());
  storage_->claim(study_);
  EXPECT_THAT(apply({MoveMade{running(0), 0, 0, Origin::queued}}), IsEmpty());
  const auto move = storage_->move(study_, 0);
  EXPECT_EQ(move->origin, Origin::queued);
  EXPECT_EQ(move->trial.seed, 7000U);
  EXPECT_EQ(move->trial.params, running(0).params);
  EXPECT_THAT(sql("SELECT COUNT(*) FROM trials"), ElementsAre("1"));
  EXPECT_THAT(storage_->faults(), IsEmpty());
}

TEST_F(OthersTest, ClaimedTrialsThatNeverBeganWaitAgain) {
  storage_->enqueue(study_, running(0).params, small_space());
  storage_->claim(study_);
  storage_->adopt(study_);
  EXPECT_TRUE(storage_->waiting(study_));
  EXPECT_EQ(storage_->moves(study_), 0);
  EXPECT_EQ(storage_->claim(study_)->params, running(0).params);
}

TEST_F(OthersTest, PointsQueuedMeanwhileMoveOnInTheirOrder) {
  apply(whole_life(0, 0, State::complete));
  enqueue_elsewhere(1, R"({"layers": 1})");
  enqueue_elsewhere(2, R"({"layers": 2})");
  enqueue_elsewhere(3, R"({"layers": 3})");
  EXPECT_THAT(apply({MoveMade{running(1), 1, 0, Origin::asked}, MoveMade{running(2), 2, 0, Origin::asked}}), IsEmpty());
  EXPECT_THAT(sql("SELECT number, state FROM trials ORDER BY number"),
              ElementsAre("0|COMPLETE", "1|RUNNING", "2|RUNNING", "3|WAITING", "4|WAITING", "5|WAITING"));
  EXPECT_EQ(storage_->trial(study_, 1)->trial.params, running(1).params);
  for (std::int64_t layers = 1; layers <= 3; ++layers) {
    const auto claimed = storage_->claim(study_);
    EXPECT_EQ(claimed->number, 2 + layers);
    EXPECT_EQ(claimed->params, Params({{"layers", layers}}));
  }
  EXPECT_THAT(storage_->faults(), IsEmpty());
}

TEST_F(OthersTest, ATakenNumberIsSaid) {
  run_elsewhere(0, "COMPLETE", "0.5");
  EXPECT_THAT(
      [&] {
        apply({MoveMade{running(0), 0, 0, Origin::asked}});
      },
      ThrowsMessage<StoreError>(HasSubstr("another program added trial 0 to study 'digits'")));
  EXPECT_THAT(
      [&] {
        apply({MoveMade{running(2), 0, 0, Origin::asked}});
      },
      ThrowsMessage<StoreError>(HasSubstr("the next one is trial 1")));
  EXPECT_THAT(apply({MoveMade{running(1), 0, 0, Origin::asked}}), IsEmpty());
}

TEST_F(OthersTest, WhatOthersRanBecomesHistory) {
  apply(whole_life(0, 0, State::complete));
  run_elsewhere(1, "COMPLETE", "0.25");
  run_elsewhere(2, "PRUNED", "");
  run_elsewhere(3, "FAIL", "");
  run_elsewhere(4, "RUNNING", "");
  enqueue_elsewhere(5, R"({"layers": 2})");
  storage_->adopt(study_);
  storage_->adopt(study_);
  ASSERT_EQ(storage_->moves(study_), 4);
  const auto complete = storage_->move(study_, 1);
  EXPECT_EQ(complete->origin, Origin::elsewhere);
  EXPECT_EQ(complete->trial.number, 1);
  EXPECT_EQ(complete->trial.state, State::complete);
  EXPECT_EQ(complete->trial.values, std::vector<double>{0.25});
  EXPECT_EQ(complete->trial.seconds, 2.5);
  EXPECT_EQ(complete->trial.until, 2);
  ASSERT_THAT(complete->trial.reports, SizeIs(2));
  EXPECT_EQ(complete->trial.reports[0].epoch, 1);
  EXPECT_EQ(complete->trial.reports[1].metrics, Metrics({{"loss", 0.5}}));
  EXPECT_EQ(complete->trial.params, Params({{"layers", std::int64_t{3}}}));
  EXPECT_EQ(storage_->move(study_, 2)->trial.values, std::vector<double>{0.5});
  EXPECT_EQ(storage_->move(study_, 3)->trial.state, State::failed);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(storage_->move(study_, 4)->trial.number, 4);
    EXPECT_EQ(storage_->move(study_, 4)->origin, Origin::elsewhere);
    EXPECT_EQ(storage_->move(study_, 5)->trial.state, State::waiting);
    EXPECT_EQ(storage_->move(study_, 5)->trial.params, Params({{"layers", std::int64_t{2}}}));
    EXPECT_FALSE(storage_->move(study_, 6));
  }
  EXPECT_THAT(storage_->faults(), IsEmpty());
}

TEST_F(OthersTest, ATrialThatOthersEndedIsNoted) {
  apply({MoveMade{running(0), 0, 0, Origin::asked}});
  sql("UPDATE trials SET state = 'FAIL'");
  const Trial trial = in_state(reported(running(0), 3), State::complete);
  EXPECT_THAT(apply({Reported{0, trial.reports[0]}, MoveEnded{0, trial}}),
              ElementsAre(HasSubstr("trial 0 of study 'digits' was ended by another program, as failed")));
  EXPECT_THAT(sql("SELECT state, datetime_complete FROM trials"), ElementsAre("FAIL|"));
  EXPECT_THAT(sql("SELECT COUNT(*) FROM trial_values"), ElementsAre("0"));
  EXPECT_THAT(sql("SELECT COUNT(*) FROM trial_intermediate_values"), ElementsAre("0"));
  EXPECT_EQ(storage_->trial(study_, 0)->trial.state, State::failed);
}

TEST_F(OthersTest, UnfinishedMovesOfEndedTrialsFail) {
  apply({MoveMade{running(0), 0, 0, Origin::asked}, Reported{0, reported(running(0), 1).reports[0]}});
  sql("UPDATE trials SET state = 'FAIL'");
  storage_->adopt(study_);
  const auto move = storage_->move(study_, 0);
  EXPECT_EQ(move->trial.state, State::failed);
  EXPECT_EQ(move->trial.error, "ended by another program");
  EXPECT_THAT(move->trial.reports, SizeIs(1));
  EXPECT_EQ(storage_->moves(study_), 1);
  EXPECT_THAT(storage_->faults(), IsEmpty());
}

/// Numbers of removed rows are given again.
TEST_F(OthersTest, AStudyThatOptunaRemovedLeavesNothingBehind) {
  apply(whole_life(0, 0, State::complete));
  sql("DELETE FROM trial_intermediate_values; DELETE FROM trial_values; DELETE FROM trials; DELETE FROM studies;"
      "INSERT INTO studies VALUES (1, 'digits');"
      "INSERT INTO trials VALUES (1, 0, 1, 'RUNNING', NULL, NULL)");
  const auto study = storage_->find("digits");
  EXPECT_EQ(study->token, "");
  EXPECT_EQ(study->definition, "");
  const Trial trial = storage_->trial(*study, 0)->trial;
  EXPECT_EQ(trial.seed, 0U);
  EXPECT_THAT(trial.reports, IsEmpty());
  EXPECT_EQ(storage_->moves(*study), 0);
}

/// A database without anything of ours.
class OptunaTest : public OthersTest {
 protected:
  OptunaTest() {
    storage_.reset();
    for (const std::string& row : sql("SELECT type, name FROM sqlite_master WHERE name LIKE 'pegbox%'"
                                      " ORDER BY type = 'table'")) {
      sql("DROP " + row.substr(0, row.find('|')) + " IF EXISTS " + row.substr(row.find('|') + 1));
    }
    sql("DELETE FROM study_system_attributes");
    storage_ = open_storage(file());
    study_ = *storage_->find("digits");
  }
};

TEST_F(OptunaTest, IsReadAsItIs) {
  run_elsewhere(0, "COMPLETE", "0.25");
  const auto before = sql("SELECT name FROM sqlite_master");
  EXPECT_THAT(study_.objectives, ElementsAre(Objective{"value", false}));
  EXPECT_EQ(study_.token, "");
  EXPECT_THAT(storage_->trials(study_), SizeIs(1));
  EXPECT_EQ(storage_->best(study_)->trial.reports.back().metrics, Metrics({{"value", 0.5}}));
  EXPECT_EQ(storage_->trial(study_, 0)->started, "2026-11-24 08:00:00");
  EXPECT_EQ(storage_->moves(study_), 0);
  EXPECT_FALSE(storage_->waiting(study_));
  EXPECT_THAT(storage_->faults(), IsEmpty());
  EXPECT_EQ(sql("SELECT name FROM sqlite_master"), before);
}

TEST_F(OptunaTest, MetricsOfSeveralObjectivesAreNumbered) {
  sql("INSERT INTO study_directions (direction, study_id, objective) VALUES ('MAXIMIZE', 1, 1)");
  EXPECT_THAT(storage_->find("digits")->objectives,
              ElementsAre(Objective{"value_0", false}, Objective{"value_1", true}));
}

TEST_F(OptunaTest, ValuesWithoutReportsAreOne) {
  run_elsewhere(0, "COMPLETE", "0.25");
  sql("DELETE FROM trial_intermediate_values");
  const Trial trial = storage_->trial(study_, 0)->trial;
  ASSERT_THAT(trial.reports, SizeIs(1));
  EXPECT_EQ(trial.reports[0].epoch, 1);
  EXPECT_EQ(trial.reports[0].metrics, Metrics({{"value", 0.25}}));
}

TEST_F(OptunaTest, GetsOurTablesAtTheFirstChange) {
  run_elsewhere(0, "COMPLETE", "0.25");
  const auto reader = open_storage(file());
  EXPECT_THAT(reader->trials(study_), SizeIs(1));
  study_ = storage_->redefine(study_, one_objective(), "its first run");
  EXPECT_THAT(study_.objectives, ElementsAre(Objective{"loss", false}));
  EXPECT_THAT(study_.token, SizeIs(16));
  storage_->adopt(study_);
  apply(whole_life(1, 1, State::paused));
  EXPECT_EQ(storage_->moves(study_), 2);
  EXPECT_EQ(reader->moves(study_), 2);
  EXPECT_EQ(reader->trial(study_, 1)->trial.state, State::paused);
  EXPECT_EQ(reader->find("digits")->token, study_.token);
}

}  // namespace
}  // namespace pegbox

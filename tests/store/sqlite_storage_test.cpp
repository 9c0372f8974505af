#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

#include "infinity.hpp"
#include "random_space.hpp"
#include "store_test.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::ThrowsMessage;

class SqliteStorageTest : public StoreTest {
 protected:
  SqliteStorageTest() : storage_(made()), study_(storage_->create(one_objective())) {}

  std::vector<std::string> apply(const std::vector<Change>& changes) {
    return storage_->apply(study_, small_space(), changes);
  }

  /// Closed and opened again.
  Storage& again() {
    storage_.reset();
    storage_ = open_storage(file());
    return *storage_;
  }

  std::unique_ptr<Storage> storage_;
  StoredStudy study_;
};

TEST_F(SqliteStorageTest, StudiesAreFoundAgain) {
  const auto two = storage_->create({"two", {{"loss", false}, {"accuracy", true}}, ""});
  EXPECT_NE(two.token, study_.token);
  const auto studies = again().studies();
  ASSERT_THAT(studies, SizeIs(2));
  EXPECT_EQ(studies[0].name, "digits");
  EXPECT_EQ(studies[0].definition, R"({"a": 1})");
  EXPECT_EQ(studies[0].token, study_.token);
  EXPECT_EQ(studies[1].objectives, two.objectives);
  EXPECT_EQ(storage_->find("two")->id, two.id);
  EXPECT_FALSE(storage_->find("three"));
}

TEST_F(SqliteStorageTest, NamesAreChecked) {
  EXPECT_THAT([&] { storage_->create(one_objective()); },
              ThrowsMessage<StoreError>(HasSubstr("has a study 'digits' already")));
  EXPECT_THAT([&] { storage_->create(one_objective("")); }, ThrowsMessage<StoreError>(HasSubstr("needs a name")));
  EXPECT_THAT([&] { storage_->create(one_objective(std::string(513, 'x'))); },
              ThrowsMessage<StoreError>(HasSubstr("at most 512 characters, not 513")));
  EXPECT_NO_THROW(storage_->create(one_objective(std::string(512, 'x'))));
}

TEST_F(SqliteStorageTest, OptunaSeesAStudy) {
  EXPECT_THAT(sql("SELECT study_id, study_name FROM studies"), ElementsAre("1|digits"));
  EXPECT_THAT(sql("SELECT objective, direction FROM study_directions"), ElementsAre("0|MINIMIZE"));
  EXPECT_THAT(sql("SELECT key, value_json FROM study_system_attributes"),
              ElementsAre(R"(study:metric_names|["loss"])"));
  EXPECT_THAT(sql("SELECT schema_version, version_num FROM version_info, alembic_version"), ElementsAre("12|v3.2.0.a"));
}

TEST_F(SqliteStorageTest, OptunaSeesTheStatesOfTrials) {
  apply(whole_life(0, 0, State::complete));
  apply(whole_life(1, 1, State::pruned));
  apply(whole_life(2, 2, State::failed));
  apply(whole_life(3, 3, State::paused));
  apply({MoveMade{running(4), 4, 1, Origin::asked}});
  storage_->enqueue(study_, small_space().defaults(), small_space());
  EXPECT_THAT(
      sql("SELECT number, state, datetime_start IS NULL, datetime_complete IS NULL FROM trials"),
      ElementsAre("0|COMPLETE|0|0", "1|PRUNED|0|0", "2|FAIL|0|0", "3|RUNNING|0|1", "4|RUNNING|0|1", "5|WAITING|1|1"));
  EXPECT_THAT(sql("SELECT trial_id, objective, value = trial_id - 1 + 1.0 / 3, value_type FROM trial_values"),
              ElementsAre("1|0|1|FINITE", "2|0|1|FINITE"));
  EXPECT_THAT(sql("SELECT param_name, param_value FROM trial_params WHERE trial_id = 1 ORDER BY 1"),
              ElementsAre("layers|2.0", "norm|1.0", "op|1.0", "rate|0.01"));
  EXPECT_THAT(sql("SELECT key, value_json FROM trial_user_attributes WHERE trial_id = 3 ORDER BY key"),
              ElementsAre("accuracy|0.5", "epochs|3", "error|\"boom\"", "seconds|4.5"));
  EXPECT_THAT(sql("SELECT step, intermediate_value FROM trial_intermediate_values WHERE trial_id = 2"),
              ElementsAre("1|2.0", "2|1.5", "3|" + to_string(Value(1 + 1.0 / 3)).substr(0, 16)));
  EXPECT_THAT(sql("SELECT value_json FROM trial_system_attributes WHERE key = 'fixed_params'"),
              ElementsAre(R"({"layers":3,"norm":false,"op":"relu","rate":0.0010000000000000002})"));
  EXPECT_THAT(storage_->counts(study_),
              ElementsAre(Pair(State::waiting, 1), Pair(State::running, 1), Pair(State::paused, 1),
                          Pair(State::complete, 1), Pair(State::pruned, 1), Pair(State::failed, 1)));
  EXPECT_THAT(storage_->faults(), IsEmpty());
}

void expect_same(const Trial& a, const Trial& b) {
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.params, b.params);
  for (const auto& [name, value] : b.params) EXPECT_EQ(to_string(a.params.at(name)), to_string(value));
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.until, b.until);
  EXPECT_EQ(a.from, b.from);
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.seconds, b.seconds);
  EXPECT_EQ(a.error, b.error);
  ASSERT_EQ(a.reports.size(), b.reports.size());
  for (std::size_t i = 0; i < a.reports.size(); ++i) {
    EXPECT_EQ(a.reports[i].epoch, b.reports[i].epoch);
    EXPECT_EQ(a.reports[i].metrics, b.reports[i].metrics);
  }
}

Trial random_trial(const SearchSpace& space, int number, Random& random) {
  Trial trial;
  trial.number = number;
  trial.state = State::running;
  trial.params = random_point(space, random);
  trial.seed = trial_seed(random(), number);
  trial.until = 1 + static_cast<Budget>(random.below(5));
  if (number > 0 && random.below(2) == 0) trial.from = static_cast<int>(random.below(static_cast<unsigned>(number)));
  return trial;
}

/// Reports up to `until`, and an end.
Trial random_end(Trial trial, Random& random) {
  for (Budget epoch = 1; epoch <= trial.until; ++epoch) {
    trial.reports.push_back({epoch, {{"loss", random.normal()}, {"accuracy", random.uniform()}}});
  }
  trial.values = {trial.reports.back().metrics["loss"]};
  trial.seconds = 100 * random.uniform();
  constexpr State kEnds[] = {State::complete, State::pruned, State::paused, State::failed};
  trial.state = kEnds[random.below(4)];
  if (trial.state != State::failed) return trial;
  trial.values.clear();
  trial.error = "no\nnumber: \xC3\xA9";
  return trial;
}

TEST_F(SqliteStorageTest, RandomTrialsComeBackBitForBit) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const SearchSpace space = random_space(seed);
    const StoredStudy study = storage_->create(one_objective("s" + std::to_string(seed)));
    Random random(seed, 0, "trials");
    std::vector<Trial> trials;
    std::vector<Change> changes;
    for (int i = 0; i < 8; ++i) {
      const Trial start = random_trial(space, i, random);
      changes.emplace_back(MoveMade{start, i, i / 2, Origin::asked});
      trials.push_back(random_end(start, random));
      for (const Report& report : trials.back().reports) changes.emplace_back(Reported{i, report});
      changes.emplace_back(MoveEnded{i, trials.back()});
    }
    EXPECT_THAT(storage_->apply(study, space, changes), IsEmpty());
    const auto all = again().trials(study);
    ASSERT_THAT(all, SizeIs(8));
    for (std::size_t i = 0; i < trials.size(); ++i) {
      expect_same(storage_->trial(study, static_cast<int>(i))->trial, trials[i]);
      const auto move = storage_->move(study, static_cast<int>(i));
      expect_same(move->trial, trials[i]);
      EXPECT_EQ(move->told, static_cast<int>(i) / 2);
      Trial short_one = trials[i];
      short_one.reports = {short_one.reports.back()};
      expect_same(all[i].trial, short_one);
    }
  }
  EXPECT_THAT(storage_->faults(), IsEmpty());
}

TEST_F(SqliteStorageTest, WhatOptunasColumnCannotHoldComesBack) {
  const std::int64_t large = (1LL << 60) + 1;
  const SearchSpace space = {{"x", Real{-1, 1}}, {"n", Integer{large - 1, large + 1}}};
  Trial trial;
  trial.state = State::running;
  trial.params = {{"x", -0.0}, {"n", large}};
  storage_->apply(study_, space, std::vector<Change>{MoveMade{trial, 0, 0, Origin::first}});
  const Params params = again().trial(study_, 0)->trial.params;
  EXPECT_TRUE(std::signbit(params.get<double>("x")));
  EXPECT_EQ(params.get<std::int64_t>("n"), large);
}

TEST_F(SqliteStorageTest, MovesShowTheTrialAsTheyLeftIt) {
  apply(whole_life(0, 0, State::paused, 2));
  Trial trial = in_state(reported(running(0, 2), 2), State::running);
  trial.until = 5;
  apply({MoveMade{trial, 1, 1, Origin::asked}});
  EXPECT_EQ(storage_->counts(study_), (std::map<State, int>{{State::running, 1}}));
  const auto unfinished = again().move(study_, 1);
  EXPECT_EQ(unfinished->trial.state, State::running);
  EXPECT_EQ(unfinished->trial.until, 5);
  EXPECT_THAT(unfinished->trial.reports, SizeIs(2));

  const Trial ended = in_state(reported(trial, 5), State::complete);
  std::vector<Change> changes;
  for (Budget epoch = 3; epoch <= 5; ++epoch) changes.emplace_back(Reported{0, ended.reports[epoch - 1]});
  changes.emplace_back(MoveEnded{1, ended});
  apply(changes);
  expect_same(storage_->move(study_, 0)->trial, in_state(reported(running(0, 2), 2), State::paused));
  expect_same(storage_->move(study_, 1)->trial, ended);
  EXPECT_FALSE(storage_->move(study_, 2));
  EXPECT_EQ(storage_->moves(study_), 2);
}

TEST_F(SqliteStorageTest, BudgetsAreThoseOfTheMovesInTheirOrder) {
  apply(whole_life(0, 0, State::paused, 2));
  apply(whole_life(1, 1, State::complete, 9));
  Trial trial = in_state(reported(running(0, 2), 2), State::running);
  trial.until = 5;
  apply({MoveMade{trial, 2, 1, Origin::asked}});
  storage_->enqueue(study_, running(2).params, small_space());
  EXPECT_THAT(storage_->budgets(study_), ElementsAre(Pair(0, ElementsAre(2, 5)), Pair(1, ElementsAre(9))));
}

TEST_F(SqliteStorageTest, ClosedTrialsCanBeResumed) {
  apply(whole_life(0, 0, State::paused));
  Trial trial = reported(running(0), 3);
  EXPECT_THAT(apply({TrialClosed{in_state(trial, State::pruned)}, RunEnded{"strategy done"}}), IsEmpty());
  EXPECT_EQ(storage_->trial(study_, 0)->trial.state, State::pruned);
  EXPECT_EQ(storage_->move(study_, 0)->trial.state, State::paused);
  EXPECT_THAT(sql("SELECT COUNT(*) FROM trial_values"), ElementsAre("1"));
  trial.until = 9;
  EXPECT_THAT(apply({MoveMade{trial, 1, 1, Origin::asked}}), IsEmpty());
  EXPECT_THAT(sql("SELECT state, datetime_complete FROM trials"), ElementsAre("RUNNING|"));
  EXPECT_THAT(sql("SELECT COUNT(*) FROM trial_values"), ElementsAre("0"));
  EXPECT_EQ(storage_->trial(study_, 0)->trial.state, State::running);
  EXPECT_THAT(storage_->faults(), IsEmpty());
}

TEST_F(SqliteStorageTest, ReportsAfterTheEndOfAMoveGo) {
  const Trial trial = reported(running(0), 3);
  apply({MoveMade{running(0), 0, 0, Origin::asked}, Reported{0, trial.reports[0]}, Reported{0, trial.reports[1]}});
  const Trial failed = in_state(reported(running(0), 1), State::failed, "it went otherwise");
  apply({MoveEnded{0, failed}});
  expect_same(again().trial(study_, 0)->trial, failed);
  EXPECT_THAT(sql("SELECT step FROM trial_intermediate_values"), ElementsAre("1"));
}

TEST_F(SqliteStorageTest, WhatIsMeasuredOfACompleteTrialJoinsItsLastReport) {
  apply(whole_life(0, 0, State::complete));
  Trial trial = storage_->trial(study_, 0)->trial;
  trial.reports.back().metrics["test_loss"] = 0.125;
  for (int time = 0; time < 2; ++time) {
    EXPECT_THAT(apply({Reported{0, trial.reports.back()}}), IsEmpty());
    expect_same(again().trial(study_, 0)->trial, trial);
    EXPECT_THAT(sql("SELECT value_json FROM trial_user_attributes WHERE key = 'test_loss'"), ElementsAre("0.125"));
    EXPECT_THAT(storage_->faults(), IsEmpty());
  }
}

TEST_F(SqliteStorageTest, SeveralObjectives) {
  const StoredStudy two = storage_->create({"two", {{"loss", false}, {"accuracy", true}}, ""});
  Trial trial = reported(running(0, 1), 1);
  trial.reports[0].metrics["loss"] = kInfinity;
  trial.values = {kInfinity, 0.5};
  trial.state = State::complete;
  const std::vector<Change> changes = {MoveMade{running(0, 1), 0, 0, Origin::first}, Reported{0, trial.reports[0]},
                                       MoveEnded{0, trial}};
  storage_->apply(two, small_space(), changes);
  expect_same(again().trial(two, 0)->trial, trial);
  EXPECT_THAT(sql("SELECT objective, value, value_type FROM trial_values"), ElementsAre("0||INF_POS", "1|0.5|FINITE"));
  EXPECT_THAT(sql("SELECT COUNT(*) FROM trial_intermediate_values"), ElementsAre("0"));
}

TEST_F(SqliteStorageTest, IntermediateValuesMayBeNoNumbers) {
  apply({MoveMade{running(0), 0, 0, Origin::asked}, Reported{0, {1, {{"loss", std::nan("")}}}},
         Reported{0, {2, {{"loss", -kInfinity}}}}, Reported{0, {2, {{"loss", kInfinity}}}}});
  EXPECT_THAT(sql("SELECT step, intermediate_value, intermediate_value_type FROM trial_intermediate_values"),
              ElementsAre("1||NAN", "2||INF_POS"));
}

TEST_F(SqliteStorageTest, TheBestIsTheLeastCost) {
  const auto with_value = [&](const StoredStudy& study, int number, double value) {
    Trial trial = in_state(reported(running(number, 1), 1), State::complete);
    trial.reports[0].metrics["loss"] = value;
    trial.values = {value};
    storage_->apply(study, small_space(),
                    std::vector<Change>{MoveMade{running(number, 1), number, 0, Origin::asked},
                                        Reported{number, trial.reports[0]}, MoveEnded{number, trial}});
  };
  EXPECT_FALSE(storage_->best(study_));
  const StoredStudy most = storage_->create({"most", {{"loss", true}}, ""});
  const double values[] = {2, -kInfinity, 1, kInfinity, -kInfinity, 7, kInfinity};
  for (int i = 0; i < 7; ++i) {
    with_value(study_, i, values[i]);
    with_value(most, i, values[i]);
  }
  EXPECT_EQ(storage_->best(study_)->trial.number, 1);
  EXPECT_EQ(storage_->best(most)->trial.number, 3);
}

TEST_F(SqliteStorageTest, RedefinitionsKeepTheFormerOnes) {
  const StoredStudy now = storage_->redefine(study_, {"digits", {{"loss", false}}, "B"}, "trials: 1 -> 2");
  storage_->redefine(now, {"digits", {{"loss", false}}, "C"}, "jobs");
  EXPECT_EQ(storage_->find("digits")->definition, "C");
  EXPECT_EQ(storage_->find("digits")->token, study_.token);
  EXPECT_THAT(sql("SELECT position, definition, why FROM pegbox_definitions"),
              ElementsAre("0|{\"a\": 1}|trials: 1 -> 2", "1|B|jobs"));
  EXPECT_THAT(
      [&] {
        storage_->redefine(study_, {"digits", {{"loss", true}}, "D"}, "");
      },
      ThrowsMessage<StoreError>(HasSubstr("others in number or direction")));
}

TEST_F(SqliteStorageTest, RemovedStudiesLeaveNothing) {
  const StoredStudy other = storage_->create(one_objective("other"));
  apply(whole_life(0, 0, State::complete));
  storage_->apply(other, small_space(), whole_life(0, 0, State::complete));
  storage_->remove(study_);
  for (const char* const table : {"studies", "pegbox_studies", "trials", "trial_values", "pegbox_trials",
                                  "pegbox_moves", "study_directions", "study_system_attributes"}) {
    EXPECT_THAT(sql(std::string("SELECT COUNT(*) FROM ") + table), ElementsAre("1")) << table;
  }
  EXPECT_THAT(sql("SELECT COUNT(*) FROM pegbox_reports"), ElementsAre("3"));
  EXPECT_THAT([&] { apply(whole_life(1, 1, State::complete)); },
              ThrowsMessage<StoreError>(HasSubstr("another program removed it")));
  storage_->create(one_objective());
  EXPECT_THAT([&] { apply(whole_life(0, 0, State::complete)); },
              ThrowsMessage<StoreError>(HasSubstr("another program removed it")));
}

TEST_F(SqliteStorageTest, HeartbeatsAreOfWhatIsDispatched) {
  apply(whole_life(0, 0, State::complete));
  apply(whole_life(1, 1, State::paused));
  apply({MoveMade{running(2), 2, 0, Origin::asked}, MoveMade{running(3), 3, 0, Origin::asked}});
  storage_->beat(study_);
  storage_->beat(study_);
  const char* const beating = "SELECT trial_id - 1 FROM trial_heartbeats ORDER BY 1";
  EXPECT_THAT(sql(beating), ElementsAre("2", "3"));
  apply({MoveEnded{2, in_state(reported(running(2), 3), State::paused)}});
  EXPECT_THAT(sql(beating), ElementsAre("3"));
  apply({RunEnded{"interrupted"}});
  EXPECT_THAT(sql(beating), IsEmpty());
}

TEST_F(SqliteStorageTest, FailingAMoveEndsItsTrial) {
  const Trial trial = reported(running(0), 2);
  apply({MoveMade{running(0), 0, 0, Origin::asked}, Reported{0, trial.reports[0]}, Reported{0, trial.reports[1]}});
  storage_->fail(study_, 0, "crashed the host");
  const auto move = again().move(study_, 0);
  EXPECT_EQ(move->trial.state, State::failed);
  EXPECT_EQ(move->trial.error, "crashed the host");
  EXPECT_THAT(move->trial.reports, SizeIs(2));
  EXPECT_THAT(sql("SELECT state FROM trials"), ElementsAre("FAIL"));
  storage_->fail(study_, 0, "again");
  storage_->fail(study_, 9, "never was");
  EXPECT_EQ(storage_->trial(study_, 0)->trial.error, "crashed the host");
}

TEST_F(SqliteStorageTest, ChangesAreKeptAllOrNone) {
  const auto before = storage_->trials(study_);
  auto changes = whole_life(0, 0, State::complete);
  changes.emplace_back(MoveEnded{5, reported(running(0), 3)});
  EXPECT_THAT([&] { apply(changes); }, ThrowsMessage<StoreError>(HasSubstr("has no move 5")));
  EXPECT_THAT(storage_->trials(study_), IsEmpty());
  EXPECT_EQ(storage_->moves(study_), 0);
  EXPECT_THAT(apply(whole_life(0, 0, State::complete)), IsEmpty());
  EXPECT_THAT(storage_->trials(study_), SizeIs(1));
}

TEST_F(SqliteStorageTest, WhatOptunaCannotReadIsNotWritten) {
  Trial trial = in_state(reported(running(0), 1), State::complete);
  trial.values = {std::nan("")};
  EXPECT_THAT(
      [&] {
        apply({MoveMade{running(0), 0, 0, Origin::asked}, MoveEnded{0, trial}});
      },
      ThrowsMessage<StoreError>(HasSubstr("needs a number for each of 1 objectives")));
  Trial stranger = running(0);
  stranger.params.set("odd", 1.0);
  EXPECT_THAT(
      [&] {
        apply({MoveMade{stranger, 0, 0, Origin::asked}});
      },
      ThrowsMessage<StoreError>(HasSubstr("'odd' of study 'digits'")));
  stranger = running(0);
  stranger.params.set("layers", std::int64_t{7});
  EXPECT_THAT(
      [&] {
        apply({MoveMade{stranger, 0, 0, Origin::asked}});
      },
      ThrowsMessage<StoreError>(HasSubstr("7 is outside 1..4")));
  EXPECT_THAT(
      [&] {
        storage_->enqueue(study_, {{"layers", std::int64_t{2}}}, small_space());
      },
      ThrowsMessage<StoreError>(HasSubstr("has no value")));
}

}  // namespace
}  // namespace pegbox

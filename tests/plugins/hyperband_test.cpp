#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/pareto.hpp>

#include "bundled.hpp"
#include "contract/simulated_study.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::ThrowsMessage;

const SearchSpace kSpace = {{"x", Real{0, 1}}, {"y", Real{0, 1}}};

StrategyContext hyperband(Budget epochs, const Params& settings = {{"iterations", 1}}) {
  return context_for("hyperband", kSpace, epochs, settings);
}

SimulatedStudy ran(const StrategyContext& context, const std::function<Fate(int)>& fate = {},
                   const std::map<int, Params>& foreign = {}, const std::string& name = "hyperband") {
  SimulatedStudy study(context, fate, foreign);
  const auto made = strategy(name).create(context);
  study.run(*made, 100'000);
  EXPECT_THAT(study.faults(), IsEmpty());
  return study;
}

/// How many trials that began with a budget reached each budget.
using Table = std::map<Budget, std::map<Budget, int>>;

std::map<int, Budget> first_budgets(const SimulatedStudy& study) {
  std::map<int, Budget> first;
  for (const Trial& trial : study.told()) first.try_emplace(trial.number, trial.until);
  return first;
}

Table table(const SimulatedStudy& study) {
  const auto first = first_budgets(study);
  Table result;
  for (const Trial& trial : study.told()) ++result[first.at(trial.number)][trial.until];
  return result;
}

Budget total_epochs(const SimulatedStudy& study) {
  Budget sum = 0;
  for (const auto& [number, trial] : study.trials()) sum += trial.epochs();
  return sum;
}

int complete(const SimulatedStudy& study) {
  return static_cast<int>(
      std::ranges::count_if(study.trials(), [](const auto& one) { return one.second.state == State::complete; }));
}

/// Algorithm 1 of the paper for R = 81 and η = 3. (Its table 1 rounds down where the algorithm rounds up.)
const Table kPaper = {{1, {{1, 81}, {3, 27}, {9, 9}, {27, 3}, {81, 1}}},
                      {3, {{3, 34}, {9, 11}, {27, 3}, {81, 1}}},
                      {9, {{9, 15}, {27, 5}, {81, 1}}},
                      {27, {{27, 8}, {81, 2}}},
                      {81, {{81, 5}}}};

TEST(Hyperband, HasTheBracketsOfThePaper) {
  for (const int window : {1, 4, 16, 200}) {
    StrategyContext context = hyperband(81);
    context.window = window;
    const SimulatedStudy study = ran(context);
    EXPECT_EQ(table(study), kPaper) << "window " << window;
    EXPECT_TRUE(study.done());
    EXPECT_EQ(total_epochs(study), 297 + 276 + 279 + 324 + 405);
  }
}

TEST(Hyperband, RoundsWhereThePowersDoNotFit) {
  EXPECT_EQ(table(ran(hyperband(9))), Table({{1, {{1, 9}, {3, 3}, {9, 1}}}, {3, {{3, 5}, {9, 1}}}, {9, {{9, 3}}}}));
  EXPECT_EQ(table(ran(hyperband(27))), Table({{1, {{1, 27}, {3, 9}, {9, 3}, {27, 1}}},
                                              {3, {{3, 12}, {9, 4}, {27, 1}}},
                                              {9, {{9, 6}, {27, 2}}},
                                              {27, {{27, 4}}}}));
  EXPECT_EQ(table(ran(hyperband(100))), Table({{1, {{1, 81}, {3, 27}, {11, 9}, {33, 3}, {100, 1}}},
                                               {3, {{3, 34}, {11, 11}, {33, 3}, {100, 1}}},
                                               {11, {{11, 15}, {33, 5}, {100, 1}}},
                                               {33, {{33, 8}, {100, 2}}},
                                               {100, {{100, 5}}}}));
}

TEST(Hyperband, HasOtherFactorsAndLeastEpochs) {
  EXPECT_EQ(table(ran(hyperband(16, {{"iterations", 1}, {"factor", 4}}))),
            Table({{1, {{1, 16}, {4, 4}, {16, 1}}}, {4, {{4, 6}, {16, 1}}}, {16, {{16, 3}}}}));
  EXPECT_EQ(table(ran(hyperband(81, {{"iterations", 1}, {"min_epochs", 10}}))),
            Table({{27, {{27, 3}, {81, 1}}}, {81, {{81, 2}}}}));
  EXPECT_EQ(table(ran(hyperband(81, {{"iterations", 1}, {"min_epochs", 50}}))), Table({{81, {{81, 1}}}}));
}

TEST(Hyperband, HasOnlyTheMostHalvedBracketsIfToldSo) {
  EXPECT_EQ(table(ran(hyperband(9, {{"iterations", 1}, {"brackets", 1}}))), Table({{1, {{1, 9}, {3, 3}, {9, 1}}}}));
}

TEST(Hyperband, BeginsAgain) {
  const Table once = table(ran(hyperband(27)));
  const Table thrice = table(ran(hyperband(27, {{"iterations", 3}})));
  for (const auto& [first, reached] : once) {
    for (const auto& [until, count] : reached) EXPECT_EQ(thrice.at(first).at(until), 3 * count);
  }
  StrategyContext endless = hyperband(9, {});
  endless.trials = 1000;
  EXPECT_EQ(ran(endless).trials().size(), 1000U);
}

/// Of each rung those that went on are the best.
TEST(Hyperband, PromotesTheBest) {
  StrategyContext context = hyperband(81);
  context.window = 8;
  const SimulatedStudy study = ran(context);
  const auto first = first_budgets(study);
  std::map<std::pair<Budget, Budget>, std::vector<std::pair<double, bool>>> rungs;
  for (const Trial& trial : study.told()) {
    const bool went_on = study.trials().at(trial.number).epochs() > trial.until;
    rungs[{first.at(trial.number), trial.until}].emplace_back(trial.values[0], went_on);
  }
  for (const auto& [rung, results] : rungs) {
    double worst_on = 0, best_off = 1e9;
    for (const auto& [loss, went_on] : results) {
      if (went_on) {
        worst_on = std::max(worst_on, loss);
      } else {
        best_off = std::min(best_off, loss);
      }
    }
    EXPECT_LT(worst_on, best_off) << rung.first << " until " << rung.second;
  }
}

TEST(Hyperband, MaximisesWhereTheObjectiveDoes) {
  StrategyContext context = hyperband(9, {{"iterations", 1}, {"brackets", 1}});
  context.objectives = {{"accuracy", true}};
  const SimulatedStudy study = ran(context);
  double most = -1e9;
  int best = -1;
  for (const Trial& trial : study.told()) {
    if (trial.until == 1 && trial.values[0] > most) {
      most = trial.values[0];
      best = trial.number;
    }
  }
  EXPECT_EQ(study.trials().at(best).state, State::complete);
}

TEST(Hyperband, PromotesTheFrontOfSeveralObjectives) {
  StrategyContext context = hyperband(9, {{"iterations", 1}, {"brackets", 1}});
  context.objectives = {{"loss"}, {"accuracy", true}};
  const SimulatedStudy study = ran(context);
  std::vector<std::vector<double>> points;
  std::vector<bool> went_on;
  for (const Trial& trial : study.told()) {
    if (trial.until != 1) continue;
    points.push_back({trial.values[0], -trial.values[1]});
    went_on.push_back(study.trials().at(trial.number).epochs() > 1);
  }
  const auto ranks = domination_ranks(points);
  EXPECT_EQ(std::ranges::count(went_on, true), 3);
  for (std::size_t on = 0; on < ranks.size(); ++on) {
    for (std::size_t off = 0; off < ranks.size(); ++off) {
      if (went_on[on] && !went_on[off]) {
        EXPECT_LE(ranks[on], ranks[off]);
      }
    }
  }
}

/// A rung waits for its last result, and workers do not: the next bracket begins meanwhile.
TEST(Hyperband, OpensTheNextBracketWhileARungIsIncomplete) {
  const StrategyContext context = hyperband(9);
  const auto made = strategy("hyperband").create(context);
  std::vector<Trial> trials(10);
  for (int i = 0; i < 10; ++i) {
    trials[static_cast<std::size_t>(i)].number = i;
    trials[static_cast<std::size_t>(i)].until = i < 9 ? 1 : 3;
  }
  for (int i = 0; i < 8; ++i) tell(*made, context, trials[static_cast<std::size_t>(i)], 1, i);
  const std::vector<const Trial*> last = {&trials[8]};
  const Move opened = made->ask({9, last});
  ASSERT_TRUE(std::holds_alternative<Start>(opened));
  EXPECT_EQ(std::get<Start>(opened).until, 3);
  tell(*made, context, trials[8], 1, -1);
  const std::vector<const Trial*> other = {&trials[9]};
  EXPECT_EQ(describe(made->ask({10, other})), "resume 8 until 3");
  trials[8].until = 3;
  const std::vector<const Trial*> both = {&trials[9], &trials[8]};
  EXPECT_EQ(describe(made->ask({10, both})), "resume 0 until 3");
}

TEST(Hyperband, CountsFailedAndPrunedTrialsAsTheWorst) {
  const auto fate = [](int trial) {
    if (trial % 4 == 1) return Fate::fails;
    return trial % 4 == 2 ? Fate::pruned : Fate::reaches;
  };
  const SimulatedStudy study = ran(hyperband(27), fate);
  const Table reached = table(study);
  EXPECT_EQ(reached.at(1).at(1), 27);
  EXPECT_EQ(reached.at(1).at(3), 9);
  EXPECT_EQ(reached.at(3).at(3), 12);
  for (const auto& [number, trial] : study.trials()) {
    if (number % 4 == 1 || number % 4 == 2) {
      EXPECT_EQ(first_budgets(study).at(number), trial.until);
    }
  }
}

TEST(Hyperband, EndsThoughAllTrialsFail) {
  EXPECT_EQ(ran(hyperband(9), [](int) { return Fate::fails; }).told().size(), 9U + 5U + 3U);
}

/// Trials of others that have the whole budget stand for some of the last bracket.
TEST(Hyperband, CountsTheDefaultsAndEnqueuedPoints) {
  const Params point = kSpace.defaults();
  const SimulatedStudy study = ran(hyperband(81), {}, {{0, point}, {3, point}, {90, point}});
  EXPECT_EQ(table(study), kPaper);
}

TEST(Hyperband, MakesDoWithFewTrials) {
  for (const int trials : {1, 2, 5, 20, 80}) {
    StrategyContext context = hyperband(81, {});
    context.trials = trials;
    context.window = 3;
    const SimulatedStudy study = ran(context);
    EXPECT_EQ(static_cast<int>(study.trials().size()), trials);
    EXPECT_EQ(complete(study), 1) << trials;
    if (trials == 20) {
      EXPECT_EQ(table(study), Table({{1, {{1, 20}, {3, 6}, {9, 2}, {27, 1}, {81, 1}}}}));
    }
  }
}

TEST(Hyperband, MakesDoWithASmallGrid) {
  StrategyContext context =
      context_for("hyperband", {{"x", Integer{1, 20}}}, 81, {{"sampler", std::string("grid")}, {"random_part", 0.0}});
  for (const int window : {1, 6}) {
    context.window = window;
    const SimulatedStudy study = ran(context);
    EXPECT_TRUE(study.done());
    EXPECT_EQ(table(study), Table({{1, {{1, 20}, {3, 6}, {9, 2}, {27, 1}, {81, 1}}}}));
  }
}

/// Gives points in order and counts what it is told.
class Counting : public Strategy {
 public:
  Counting(int& told, Budget until) : told_(told), until_(until) {}
  Move ask(const Turn& turn) override { return Start{{{"x", turn.number / 1000.0}, {"y", 0.0}}, until_}; }
  void tell(const Trial&) override { ++told_; }

 private:
  int& told_;
  Budget until_;
};

TEST(Hyperband, TellsItsSamplerEverything) {
  int told = 0;
  StrategyContext context = hyperband(9, {{"iterations", 1}, {"random_part", 0.0}});
  context.strategy = [&](std::string_view, const Params&) { return std::make_unique<Counting>(told, 9); };
  const SimulatedStudy study = ran(context, {}, {{0, kSpace.defaults()}});
  EXPECT_EQ(told, static_cast<int>(study.told().size()));
  for (const auto& [number, trial] : study.trials()) {
    if (number > 0) {
      EXPECT_EQ(trial.params.get<double>("x"), number / 1000.0);
    }
  }
}

TEST(Hyperband, BeginsAPartOfItsTrialsAtUniformPoints) {
  int told = 0, sampled = 0;
  StrategyContext context = hyperband(27, {{"iterations", 10}});
  context.strategy = [&](std::string_view, const Params&) { return std::make_unique<Counting>(told, 27); };
  const SimulatedStudy study = ran(context);
  for (const auto& [number, trial] : study.trials()) sampled += trial.params.get<double>("y") == 0 ? 1 : 0;
  EXPECT_NEAR(sampled / static_cast<double>(study.trials().size()), 0.67, 0.06);
}

TEST(Hyperband, RefusesASamplerThatDecidesOnBudgets) {
  StrategyContext context = hyperband(9);
  int told = 0;
  context.strategy = [&](std::string_view, const Params&) { return std::make_unique<Counting>(told, 3); };
  EXPECT_THAT([&] { strategy("hyperband").create(context); },
              ThrowsMessage<StudyError>(testing::AllOf(HasSubstr("setting 'sampler'"), HasSubstr("'random'"))));
  const StrategyContext itself = hyperband(9, {{"sampler", std::string("hyperband")}});
  EXPECT_THAT([&] { strategy("hyperband").create(itself); }, ThrowsMessage<StudyError>(HasSubstr("'hyperband'")));
}

TEST(Hyperband, SaysThatTheSamplerCannotTakeTheStudy) {
  const StrategyContext context = hyperband(9, {{"sampler", std::string("grid")}});
  EXPECT_THAT([&] { strategy("hyperband").create(context); },
              ThrowsMessage<StudyError>(testing::AllOf(HasSubstr("setting 'sampler'"), HasSubstr("'x'"))));
}

}  // namespace
}  // namespace pegbox

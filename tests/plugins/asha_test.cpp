#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>
#include <pegbox/rung_budgets.hpp>

#include "bundled.hpp"
#include "contract/simulated_study.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::IsEmpty;

const SearchSpace kSpace = {{"x", Real{0, 1}}, {"y", Real{0, 1}}};

/// Tells and asks by hand.
class Example {
 public:
  explicit Example(Budget epochs, const Params& settings = {})
      : context_(context_for("asha", kSpace, epochs, settings)), strategy_(strategy("asha").create(context_)) {}

  void told(int trial, Budget until, double loss) { tell(*strategy_, context_, numbered(trial), until, loss); }

  void failed(int trial, Budget until) {
    Trial one = numbered(trial);
    one.until = until;
    one.state = State::failed;
    strategy_->tell(one);
  }

  /// `start` without the point; with trials that run.
  std::string next(int number, const std::vector<int>& running = {}) {
    std::vector<Trial> trials;
    for (const int one : running) trials.push_back(numbered(one));
    std::vector<const Trial*> pointers;
    for (const Trial& one : trials) pointers.push_back(&one);
    const Move move = strategy_->ask({number, pointers});
    const auto* start = std::get_if<Start>(&move);
    return start == nullptr ? describe(move) : "start until " + std::to_string(start->until);
  }

 private:
  static Trial numbered(int number) {
    Trial trial;
    trial.number = number;
    trial.params = {{"x", 0.5}, {"y", 0.5}};
    return trial;
  }

  StrategyContext context_;
  std::unique_ptr<Strategy> strategy_;
};

/// Worked by hand: budgets 1, 3 and 9, of three trials one goes on.
TEST(Asha, PromotesAsInTheWorkedExample) {
  Example example(9);
  EXPECT_EQ(example.next(0), "start until 1");
  example.told(0, 1, 0.5);
  example.told(1, 1, 0.3);
  EXPECT_EQ(example.next(2), "start until 1") << "of two none goes on";
  example.told(2, 1, 0.4);
  EXPECT_EQ(example.next(3), "resume 1 until 3");
  EXPECT_EQ(example.next(3, {1}), "start until 1");
  example.told(3, 1, 0.1);
  EXPECT_EQ(example.next(4, {1}), "resume 3 until 3") << "best of four, and one of them may go on";
  EXPECT_EQ(example.next(4, {1, 3}), "start until 1");
  example.told(1, 3, 0.2);
  example.told(3, 3, 0.25);
  example.told(4, 1, 0.6);
  example.told(5, 1, 0.7);
  EXPECT_EQ(example.next(6), "start until 1") << "the two best of six went on before";
  example.told(6, 1, 0.05);
  EXPECT_EQ(example.next(7), "resume 6 until 3");
  example.told(6, 3, 0.15);
  example.told(7, 1, 0.04);
  EXPECT_EQ(example.next(8), "resume 6 until 9") << "the highest rung first";
  EXPECT_EQ(example.next(8, {6}), "resume 7 until 3");
  EXPECT_EQ(example.next(8, {6, 7}), "start until 1");
}

TEST(Asha, CountsFailedTrialsButNeverPromotesThem) {
  Example example(9);
  example.failed(0, 1);
  example.failed(1, 1);
  EXPECT_EQ(example.next(2), "start until 1");
  example.told(2, 1, 9.0);
  EXPECT_EQ(example.next(3), "resume 2 until 3");
  example.failed(2, 3);
  EXPECT_EQ(example.next(3), "start until 1");
  Example all(9);
  for (int i = 0; i < 6; ++i) all.failed(i, 1);
  EXPECT_EQ(all.next(6), "start until 1");
}

/// The trial 0 of a study has the whole budget and was never at a lower rung.
TEST(Asha, LeavesTrialsOfOthersAlone) {
  Example example(9);
  example.told(0, 9, 0.0);
  example.told(1, 1, 0.5);
  example.told(2, 1, 0.6);
  EXPECT_EQ(example.next(3), "start until 1");
  example.told(3, 1, 0.7);
  EXPECT_EQ(example.next(4), "resume 1 until 3");
}

/// Algorithm 2 of the paper once more, written the slow way.
class Naive {
 public:
  Naive(Budget epochs, std::size_t factor)
      : budgets_(rung_budgets(epochs, 1, static_cast<std::int64_t>(factor))), factor_(factor) {}

  std::string next(const std::vector<Trial>& told, const std::set<int>& running) const {
    for (std::size_t rung = budgets_.size() - 1; rung-- > 0;) {
      std::vector<std::pair<double, int>> results;
      for (const Trial& trial : told) {
        if (trial.until != budgets_[rung]) continue;
        const double loss = trial.state == State::paused ? trial.values[0] : std::numeric_limits<double>::infinity();
        results.emplace_back(loss, trial.number);
      }
      std::ranges::sort(results);
      for (std::size_t i = 0; i < results.size() / factor_; ++i) {
        const auto [loss, trial] = results[i];
        const bool went_on = std::ranges::any_of(
            told, [&, number = trial](const Trial& one) { return one.number == number && one.until > budgets_[rung]; });
        if (std::isinf(loss) || went_on || running.contains(trial)) continue;
        return "resume " + std::to_string(trial) + " until " + std::to_string(budgets_[rung + 1]);
      }
    }
    return "start";
  }

 private:
  std::vector<Budget> budgets_;
  std::size_t factor_;
};

TEST(Asha, AgreesWithTheNaiveAlgorithm) {
  int resumed = 0;
  for (int history = 0; history < 30; ++history) {
    Random random(7, history, "history");
    const auto factor = 2 + random.below(3);
    const auto epochs = static_cast<Budget>(1 + random.below(60));
    StrategyContext context = context_for("asha", kSpace, epochs, {{"factor", static_cast<std::int64_t>(factor)}});
    context.seed = static_cast<std::uint64_t>(history);
    context.window = 1 + static_cast<int>(random.below(6));
    const auto fate = [](int trial) { return trial % 7 == 3 ? Fate::fails : Fate::reaches; };
    SimulatedStudy study(context, fate, {}, history % 2 == 0 ? Telling::dispatch : Telling::shuffled);
    const auto made = strategy("asha").create(context);
    const Naive naive(epochs, factor);
    for (int i = 0; i < 150; ++i) {
      const std::string move = study.step(*made);
      std::set<int> running;
      for (const auto& [number, trial] : study.trials()) {
        if (trial.state == State::running) running.insert(number);
      }
      const bool start = move.starts_with("start");
      running.erase(start ? static_cast<int>(study.trials().size()) - 1 : std::stoi(move.substr(7)));
      EXPECT_EQ(start ? "start" : move, naive.next(study.told(), running)) << "history " << history << ", move " << i;
      resumed += start ? 0 : 1;
    }
    EXPECT_THAT(study.faults(), IsEmpty());
  }
  EXPECT_GT(resumed, 300);
}

TEST(Asha, PromotesTheFrontOfSeveralObjectives) {
  StrategyContext context = context_for("asha", kSpace, 9);
  context.objectives = {{"loss"}, {"size"}};
  const auto made = strategy("asha").create(context);
  const std::vector<std::vector<double>> values = {{2, 2}, {1, 3}, {3, 3}, {4, 4}, {5, 1}, {6, 6}};
  for (int i = 0; i < 6; ++i) {
    Trial trial;
    trial.number = i;
    trial.until = 1;
    trial.state = State::paused;
    trial.values = values[static_cast<std::size_t>(i)];
    made->tell(trial);
  }
  EXPECT_EQ(describe(made->ask({6, {}})), "resume 1 until 3") << "the ends of the front first";
  Trial running;
  running.number = 1;
  const std::vector<const Trial*> one = {&running};
  EXPECT_EQ(describe(made->ask({6, one})), "resume 4 until 3");
}

/// A study that has no room for another trial still ends with a complete one.
TEST(Asha, EndsWithACompleteTrial) {
  for (const int trials : {1, 2, 8, 30}) {
    for (const int window : {1, 4}) {
      StrategyContext context = context_for("asha", kSpace, 27);
      context.trials = trials;
      context.window = window;
      SimulatedStudy study(context);
      const auto made = strategy("asha").create(context);
      study.run(*made, 1000);
      EXPECT_TRUE(study.done());
      EXPECT_THAT(study.faults(), IsEmpty());
      EXPECT_TRUE(std::ranges::any_of(study.trials(), [](const auto& one) {
        return one.second.state == State::complete;
      })) << trials;
    }
  }
}

TEST(Asha, ReachesTheWholeBudgetWithAFractionOfTheEpochs) {
  StrategyContext context = context_for("asha", kSpace, 81);
  context.window = 4;
  SimulatedStudy study(context);
  const auto made = strategy("asha").create(context);
  study.run(*made, 1000);
  std::map<Budget, double> reached;
  for (const Trial& trial : study.told()) ++reached[trial.until];
  for (const Budget until : {1, 3, 9}) EXPECT_NEAR(reached[until * 3] / reached[until], 1.0 / 3, 0.06) << until;
  EXPECT_GE(reached[81], 1);
}

}  // namespace
}  // namespace pegbox

#include <ostream>

#include <gmock/gmock.h>

#include <pegbox/nesting.hpp>

#include "bundled.hpp"
#include "contract/contract_spaces.hpp"
#include "contract/simulated_study.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::vector<Value> kTexts = {std::string("a"), std::string("b")};
const SearchSpace kNumbers = {{"x", Real{0, 1}}, {"n", Integer{1, 100, true}}, {"b", Choice{{8, 16, 32}}}};
const SearchSpace kChoices = {{"x", Real{0, 1}}, {"c", Choice{kTexts}}};
const SearchSpace kConditions = {{"n", Integer{1, 100}}, {"x", Real{0, 1}, {}, {at_least("n", 50)}}};
const SearchSpace kFixedChoices = {
    {"c", Choice{{kTexts.front()}}}, {"x", Real{0, 1}, {}, {{"c", {kTexts.front()}}}}, {"y", Real{0, 1}}};
const SearchSpace kSixPoints = {{"flag", Boolean{}}, {"n", Integer{1, 3}}};

SearchSpace reals(int dimensions) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < dimensions; ++i) parameters.push_back({"x" + std::to_string(i), Real{0, 1}});
  return parameters;
}

/// 50 trials of 20 epochs, unless something else is said.
struct Study {
  std::string name;
  SearchSpace space;
  int trials = 50;
  Budget total_epochs = 0;
  std::size_t objectives = 1;
  Budget epochs = 20;
  int window = 4;
  bool pruned = false;

  StrategyContext context() const {
    StrategyContext context;
    context.space = space;
    for (std::size_t i = 0; i < objectives; ++i) context.objectives.push_back({"loss_" + std::to_string(i)});
    context.epochs = epochs;
    context.trials = trials;
    context.total_epochs = total_epochs;
    context.window = window;
    context.pruned = pruned;
    return with_others(context, "auto");
  }
};

struct Case {
  Study study;
  std::string choice;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.study.name; }

class AutoChoice : public testing::TestWithParam<Case> {};

TEST_P(AutoChoice, IsMadeAndSaid) {
  const auto made = strategy("auto").create(GetParam().study.context());
  EXPECT_THAT(made->choice(), StartsWith(GetParam().choice + ", since "));
}

INSTANTIATE_TEST_SUITE_P(
    All, AutoChoice,
    testing::Values(
        // All points fit.
        Case{{"small_space", kSixPoints}, "grid"}, Case{{"just_small_enough", kSixPoints, 6}, "grid"},
        Case{{"small_space_of_two_objectives", kSixPoints, 6, 0, 2}, "grid"},
        Case{{"small_space_limited_by_time", kSixPoints, 0}, "grid"},
        Case{{"small_space_limited_by_epochs", kSixPoints, 0, 120}, "grid"},
        Case{{"nothing_to_search", {{"n", Integer{3, 3}}}, 1}, "grid"},
        Case{{"large_space_limited_by_time", {{"n", Integer{1, 51}}}, 0}, "hyperband with sampler tpe"},
        // Epochs or time are short.
        Case{{"no_limit_of_trials", kChoices, 0}, "hyperband with sampler tpe"},
        Case{{"no_limit_of_trials_two_objectives", kChoices, 0, 0, 2}, "hyperband with sampler tpe"},
        Case{{"epochs_for_few_of_the_trials", kChoices, 50, 600}, "hyperband with sampler tpe"},
        Case{{"epochs_for_all_trials", kChoices, 50, 1000}, "tpe"},
        Case{{"epochs_for_a_single_trial", kChoices, 0, 30}, "sobol"},
        Case{{"too_few_epochs_to_halve", kChoices, 0, 0, 1, 8}, "tpe"},
        Case{{"a_pruner", kChoices, 0, 0, 1, 20, 4, true}, "tpe"},
        // Nothing to learn from.
        Case{{"ten_trials", kChoices, 10}, "sobol"}, Case{{"eleven_trials", kChoices, 11}, "tpe"},
        Case{{"ten_trials_of_three_objectives", kNumbers, 10, 0, 3}, "sobol"},
        Case{{"all_in_one_window", kChoices, 50, 0, 1, 20, 50}, "sobol"},
        // Several objectives.
        Case{{"two_objectives", kNumbers, 50, 0, 2}, "tpe"}, Case{{"thousand", kNumbers, 1000, 0, 2}, "tpe"},
        Case{{"two_objectives_many_trials", kNumbers, 1001, 0, 2}, "genetic"},
        Case{{"two_objectives_no_limit", kNumbers, 0, 0, 2, 1}, "tpe"},
        // One objective.
        Case{{"usual", mixed_space(true)}, "tpe"}, Case{{"choices_many_trials", kChoices, 5000}, "tpe"},
        Case{{"conditions_many_trials", kConditions, 5000}, "tpe"}, Case{{"numbers_few_trials", kNumbers, 11}, "gp"},
        Case{{"numbers_trials_of_a_model", kNumbers, 300}, "gp"},
        Case{{"numbers_some_hundred_trials", kNumbers, 301}, "tpe"},
        Case{{"numbers_many_trials", kNumbers, 1001}, "cmaes"},
        Case{{"fixed_choices_do_not_count", kFixedChoices, 1001}, "cmaes"},
        Case{{"numbers_no_limit", kNumbers, 0, 0, 1, 1}, "tpe"}, Case{{"many_numbers", reals(21), 300}, "tpe"}),
    [](const auto& one) { return one.param.study.name; });

TEST(Auto, SaysWhy) {
  const auto choice = [](const Study& study) { return strategy("auto").create(study.context())->choice(); };
  EXPECT_THAT(choice({"", kSixPoints}), HasSubstr("6 points"));
  EXPECT_THAT(choice({"", kChoices, 0, 0, 1, 27}), HasSubstr("27 epochs"));
  EXPECT_THAT(choice({"", kChoices, 5}), AllOf(HasSubstr("too few"), HasSubstr("5 trials")));
  EXPECT_THAT(choice({"", kNumbers, 1}), AllOf(HasSubstr("1 trial"), Not(HasSubstr("1 trials"))));
  EXPECT_THAT(choice({"", kNumbers, 30, 0, 1, 20, 40}), HasSubstr("too few")) << "all are asked for before any is told";
  EXPECT_THAT(choice({"", kChoices}), HasSubstr("choices"));
  EXPECT_THAT(choice({"", kNumbers, 2000}), AllOf(HasSubstr("2000 trials"), HasSubstr("3 numbers")));
  EXPECT_THAT(choice({"", kNumbers, 2000, 0, 3}), HasSubstr("3 objectives"));
}

/// Every combination that matters for a rule: whatever is chosen takes the study and begins it.
TEST(Auto, TakesEveryStudy) {
  for (const ContractSpace& one : contract_spaces()) {
    for (const int trials : {0, 1, 10, 50, 1001}) {
      for (const Budget total_epochs : {0, 5, 400}) {
        for (const std::size_t objectives : {1U, 3U}) {
          for (const Budget epochs : {1, 20}) {
            Study study{one.name, one.space, trials, total_epochs, objectives, epochs};
            study.pruned = trials == 10;
            const StrategyContext context = study.context();
            const auto made = strategy("auto").create(context);
            SimulatedStudy simulated(context);
            simulated.run(*made, 2);
            EXPECT_THAT(simulated.faults(), IsEmpty()) << one.name << ": " << made->choice();
            EXPECT_FALSE(simulated.trials().empty()) << one.name << ": " << made->choice();
            EXPECT_THAT(made->choice(), Not(HasSubstr("\n")));
          }
        }
      }
    }
  }
}

/// Makes moves that nobody else makes, and counts.
class Counting : public Strategy {
 public:
  explicit Counting(int& told) : told_(told) {}
  Move ask(const Turn& turn) override { return Resume{turn.number, 17}; }
  void tell(const Trial& trial) override { told_ += trial.number; }

 private:
  int& told_;
};

TEST(Auto, LeavesTheStudyToTheChosenOne) {
  int told = 0;
  std::string name;
  Params settings;
  StrategyContext context = Study{"", kChoices, 0}.context();
  context.strategy = [&](std::string_view chosen, const Params& given) {
    name = chosen;
    settings = given;
    return std::make_unique<Counting>(told);
  };
  const auto made = strategy("auto").create(context);
  EXPECT_EQ(name, "hyperband");
  EXPECT_EQ(settings, (Params{{"sampler", std::string("tpe")}}));
  const Move move = made->ask({5, {}});
  ASSERT_TRUE(std::holds_alternative<Resume>(move));
  EXPECT_EQ(std::get<Resume>(move).trial, 5);
  EXPECT_EQ(std::get<Resume>(move).until, 17);
  made->tell(hand_made(3, {1}));
  made->tell(hand_made(4, {1}));
  EXPECT_EQ(told, 7);
}

/// The moves of the strategy that is named, on a study of their own.
std::vector<std::string> moves(const StrategyContext& context, const std::string& name) {
  SimulatedStudy study(context);
  const auto made = strategy(name).create(context);
  study.run(*made, 40);
  return study.moves();
}

TEST(Auto, IsAsGoodAsNaming) {
  StrategyContext unlimited = context_for("hyperband", kChoices, 27, {{"sampler", std::string("tpe")}});
  EXPECT_EQ(moves(unlimited, "hyperband"), moves(with_others(unlimited, "auto"), "auto"));
  StrategyContext limited = context_for("tpe", kChoices, 27);
  limited.trials = 50;
  EXPECT_EQ(moves(limited, "tpe"), moves(with_others(limited, "auto"), "auto"));
}

}  // namespace
}  // namespace pegbox

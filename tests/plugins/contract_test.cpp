#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <ostream>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "bundled.hpp"
#include "contract/contract_spaces.hpp"
#include "contract/strategy_bench.hpp"
#include "contract/strategy_contract.hpp"
#include "sanitized.hpp"

namespace pegbox {

/// For the names that CTest shows.
void PrintTo(const StrategyCheck& check, std::ostream* out) { *out << check.name; }

namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Case = std::tuple<std::string, StrategyCheck>;

const StrategyPlugin& by_name(std::string_view name) { return strategy(std::string(name)); }

class StrategyContract : public testing::TestWithParam<Case> {};

/// Of `gp`, which computes most: these run its code under a sanitizer too.
bool quick(const std::string& name, const std::string& check) {
  return name != "gp" || check == "points_fit" || check == "one_point_again_is_survived";
}

TEST_P(StrategyContract, IsKept) {
  const auto& [name, check] = GetParam();
  if (!quick(name, check.name)) PEGBOX_TAKES_MINUTES();
  EXPECT_THAT(check.faults(strategy(name), by_name), IsEmpty());
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::get<0>(info.param);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  return name + "_" + std::get<1>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(All, StrategyContract,
                         testing::Combine(testing::ValuesIn(strategy_names()), testing::ValuesIn(strategy_contract())),
                         case_name);

TEST(BundledStrategies, AreFound) {
  EXPECT_THAT(strategy_names(), Contains("grid"));
  EXPECT_THAT(strategy_names(), Contains("random"));
}

/// The contract lets a strategy refuse any space, if it says why. Those that are bundled take what can be listed.
TEST(BundledStrategies, TakeEachSpaceThatCanBeListed) {
  for (const std::string& name : strategy_names()) {
    for (const ContractSpace& one : contract_spaces()) {
      StrategyBench bench(strategy(name), by_name, one.space);
      EXPECT_TRUE(one.continuous || bench.strategy()) << name << ", " << one.name << ": " << bench.refusal;
    }
  }
}

/// The suite itself: strategies that break the contract, each in one way.
enum class Breach {
  none,
  outside,
  linear,
  resumes_unknown,
  budget,
  waits,
  counts_asks,
  throws,
  throws_a_number,
  throws_at_start,
  throws_at_huge,
  throws_at_repetition,
  needs_reports,
  needs_whole_budgets,
  forgets,
  ignores_seed,
  shares,
  unsteady,
  refuses,
  refuses_several_objectives,
  names_itself_for_objectives,
  names_no_taker_for_objectives,
  waits_when_full,
  needs_order,
  needs_trials,
  ill_declared,
  throws_at_setting,
  refuses_setting,
  says_two_lines,
  says_another_thing
};

template <Breach breach>
class Broken : public Strategy {
 public:
  explicit Broken(const StrategyContext& context) : context_(context) {
    window = context.window;
    if (breach == Breach::throws_at_start) throw std::runtime_error("no luck");
    if (breach == Breach::refuses) throw StudyError("no");
    if (breach == Breach::needs_trials && context.trials == 0) throw StudyError("it has to end");
    if (context.objectives.size() > 1) refuse_objectives();
    if (breach != Breach::throws_at_setting && breach != Breach::refuses_setting) return;
    if (context.settings.get<std::int64_t>("size") < 10) return;
    if (breach == Breach::refuses_setting) throw StudyError("too much");
    throws_ = true;
  }

  Move ask(const Turn& turn) override {
    ++asks_;
    if (breach == Breach::waits && turn.number > 3) return Wait{};
    if (breach == Breach::resumes_unknown && turn.number > 3) return Resume{0, context_.epochs + 1};
    if (breach == Breach::waits_when_full && turn.number == context_.trials) return Wait{};
    if (breach == Breach::throws_a_number) throw 42;
    if (throws_) throw std::runtime_error("a failure");
    std::int64_t stream = turn.number;
    if (breach == Breach::counts_asks) stream = asks_;
    if (breach == Breach::forgets) stream += first_told_;
    if (breach == Breach::shares) stream += window;
    if (breach == Breach::unsteady) stream = std::bit_cast<std::int64_t>(this);
    Random random(breach == Breach::ignores_seed ? 0 : context_.seed, stream, "broken");
    std::vector<double> point(context_.space.size());
    for (double& place : point) place = random.uniform();
    Params params = context_.space.decode(point);
    if (breach == Breach::outside) params.set("stranger", 1);
    if (breach == Breach::linear) spread_linearly(params, point);
    return Start{params, breach == Breach::budget ? context_.epochs + 1 : context_.epochs};
  }

  void tell(const Trial& trial) override {
    if (breach == Breach::needs_order && trial.number < last_) throw std::runtime_error("disorder");
    last_ = trial.number;
    if (breach == Breach::throws && trial.state == State::failed) throws_ = true;
    if (breach == Breach::needs_reports && trial.state == State::failed) trial.reports.at(0);
    if (breach == Breach::needs_whole_budgets && trial.state == State::complete && trial.until < context_.epochs) {
      throw std::runtime_error("short of epochs");
    }
    if (breach == Breach::throws_at_huge && !trial.values.empty() && std::abs(trial.values.front()) > 1e200) {
      throw std::runtime_error("huge");
    }
    if (breach == Breach::throws_at_repetition && trial.params == former_) throw std::runtime_error("again");
    former_ = trial.params;
    if (asks_ > 0 && first_told_ == 0) first_told_ = 1;  // not so when a history is told
  }

  std::string choice() const override {
    if (breach == Breach::says_two_lines) return "one line\nand another";
    return breach == Breach::says_another_thing ? std::to_string(choices_++) : "";
  }

  static std::vector<Setting> settings() {
    if (breach == Breach::ill_declared) {
      return {{"", Boolean{}, false, "it has no name"},
              {"silent", Boolean{}, false, ""},
              {"beyond", Integer{1, 3}, 4, "its default is not in its range"},
              {"twice", Text{}, std::string(), "the first"},
              {"twice", Text{}, std::string(), "the second"}};
    }
    return {{"size", Integer{1, 10}, 5, "nothing"}, {"note", Text{}, std::string(), "nothing"}};
  }

 private:
  void refuse_objectives() const {
    if (breach == Breach::refuses_several_objectives) throw StudyError("only one, or use 'genetic'");
    if (breach == Breach::names_itself_for_objectives) throw StudyError("'de' takes one objective");
    if (breach == Breach::names_no_taker_for_objectives) throw StudyError("only one; 'loss' isn't a strategy");
  }

  void spread_linearly(Params& params, const std::vector<double>& point) const {
    for (std::size_t i = 0; i < point.size(); ++i) {
      const auto* real = std::get_if<Real>(&context_.space[i].domain);
      if (real == nullptr || !real->log || !params.has(context_.space[i].name)) continue;
      params.set(context_.space[i].name, real->low + point[i] * (real->high - real->low));
    }
  }

  inline static int window = 0;  // of whoever was made last
  StrategyContext context_;
  std::int64_t asks_ = 0, first_told_ = 0;
  mutable std::int64_t choices_ = 0;
  int last_ = 0;
  bool throws_ = false;
  Params former_;
};

template <Breach breach>
constexpr StrategyPlugin kBroken = {&Broken<breach>::settings, &make_strategy<Broken<breach>>};

Faults faults(const StrategyPlugin& plugin, const std::string& name) {
  for (const StrategyCheck& check : strategy_contract()) {
    if (check.name == name) return check.faults(plugin, by_name);
  }
  throw std::out_of_range("there is no check " + name);
}

TEST(StrategyContractItself, PassesAGoodStrategy) {
  PEGBOX_TAKES_MINUTES();
  for (const StrategyCheck& check : strategy_contract()) {
    EXPECT_THAT(check.faults(kBroken<Breach::none>, by_name), IsEmpty()) << check.name;
    EXPECT_THAT(check.faults(kBroken<Breach::refuses_several_objectives>, by_name), IsEmpty()) << check.name;
  }
}

TEST(StrategyContractItself, TellsWhatItChecksInOneLine) {
  std::set<std::string> names;
  for (const StrategyCheck& check : strategy_contract()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    EXPECT_FALSE(check.text.empty()) << check.name;
    EXPECT_THAT(check.text, Not(HasSubstr("\n")));
  }
}

TEST(StrategyContractItself, SeesWrongPoints) {
  EXPECT_THAT(faults(kBroken<Breach::outside>, "points_fit"), Contains(HasSubstr("'stranger' is not in the space")));
  EXPECT_THAT(faults(kBroken<Breach::resumes_unknown>, "points_fit"), Contains(HasSubstr("not paused")));
  EXPECT_THAT(faults(kBroken<Breach::refuses>, "refusals_are_clear"), Contains(HasSubstr("without naming")));
  EXPECT_THAT(faults(kBroken<Breach::refuses>, "refusals_are_clear"), Contains(HasSubstr("every space")));
  EXPECT_THAT(faults(kBroken<Breach::needs_trials>, "refusals_are_clear"),
              Each(AllOf(HasSubstr("without naming 'trials'"), HasSubstr("it has to end"))));
  EXPECT_THAT(faults(kBroken<Breach::needs_trials>, "refusals_are_clear"), Not(IsEmpty()));
  EXPECT_THAT(faults(kBroken<Breach::linear>, "log_ranges_are_searched"),
              AllOf(Contains(HasSubstr("lowest third")), Not(Contains(HasSubstr("highest third")))));
}

TEST(StrategyContractItself, SeesWhatDoesNotRepeat) {
  EXPECT_THAT(faults(kBroken<Breach::unsteady>, "same_seed_same_moves"), Contains(HasSubstr("move 0 is")));
  EXPECT_THAT(faults(kBroken<Breach::ignores_seed>, "other_seed_other_moves"), Contains(HasSubstr("two seeds")));
  EXPECT_THAT(faults(kBroken<Breach::shares>, "nothing_is_shared"), Contains(HasSubstr("beside another study")));
  EXPECT_THAT(faults(kBroken<Breach::shares>, "same_seed_same_moves"), IsEmpty()) << "it shows beside another only";
  EXPECT_THAT(faults(kBroken<Breach::forgets>, "history_restores"), Contains(HasSubstr("instead of")));
  EXPECT_THAT(faults(kBroken<Breach::forgets>, "any_history_restores"), Contains(HasSubstr("instead of")));
}

TEST(StrategyContractItself, SeesWhoCannotTakeAStudy) {
  EXPECT_THAT(faults(kBroken<Breach::waits>, "any_window"), Contains(HasSubstr("waits while nothing runs")));
  EXPECT_THAT(faults(kBroken<Breach::counts_asks>, "any_window"), Contains(HasSubstr("asked twice")));
  EXPECT_THAT(faults(kBroken<Breach::needs_order>, "any_order"), Contains(HasSubstr("threw: disorder")));
  EXPECT_THAT(faults(kBroken<Breach::waits_when_full>, "any_limit"), Contains(HasSubstr("waits while nothing runs")));
  EXPECT_THAT(faults(kBroken<Breach::budget>, "any_budget"), Contains(HasSubstr("budget between 1 and 81")));
  EXPECT_THAT(faults(kBroken<Breach::names_itself_for_objectives>, "any_objective"),
              Contains(HasSubstr("3 objectives: it refuses without naming")));
  EXPECT_THAT(faults(kBroken<Breach::names_no_taker_for_objectives>, "any_objective"),
              Contains(HasSubstr("2 objectives: it refuses without naming")));
}

TEST(StrategyContractItself, SeesWhoCannotTakeAResult) {
  EXPECT_THAT(faults(kBroken<Breach::throws>, "failures_are_survived"), Contains(HasSubstr("threw: a failure")));
  EXPECT_THAT(faults(kBroken<Breach::needs_reports>, "failures_are_survived"),
              AllOf(Not(IsEmpty()), Each(HasSubstr("failed at once: move "))));
  EXPECT_THAT(
      faults(kBroken<Breach::throws_at_huge>, "extreme_results_are_survived"),
      AllOf(Contains(HasSubstr("all -1e300: ")), Contains(HasSubstr("infinities")), Not(Contains(HasSubstr("all 0")))));
  EXPECT_THAT(faults(kBroken<Breach::needs_whole_budgets>, "foreign_points_are_survived"),
              Contains(HasSubstr("short of epochs")));
  EXPECT_THAT(faults(kBroken<Breach::throws_at_repetition>, "one_point_again_is_survived"),
              Contains(HasSubstr("threw: again")));
}

TEST(StrategyContractItself, SeesThrowsOfAnySort) {
  EXPECT_THAT(faults(kBroken<Breach::throws_a_number>, "points_fit"), Contains(HasSubstr("not an exception")));
  EXPECT_THAT(faults(kBroken<Breach::throws_at_start>, "points_fit"), Contains("threw: no luck"));
}

TEST(StrategyContractItself, SeesWrongSettings) {
  EXPECT_THAT(faults(kBroken<Breach::ill_declared>, "settings_are_declared"),
              testing::ElementsAre(HasSubstr("''"), HasSubstr("'silent' has no text"),
                                   HasSubstr("'beyond': its default 4 is not of integer 1..3"),
                                   HasSubstr("'twice' is declared twice")));
  EXPECT_THAT(faults(kBroken<Breach::throws_at_setting>, "any_setting"),
              AllOf(Contains(HasSubstr("size=10: move 0: threw: a failure")), Not(Contains(HasSubstr("size=1:")))));
  EXPECT_THAT(faults(kBroken<Breach::refuses_setting>, "any_setting"),
              Contains(HasSubstr("size=10: it refuses without naming the setting: too much")));
  EXPECT_THAT(faults(kBroken<Breach::says_two_lines>, "choice_is_one_line"), Contains(HasSubstr("several lines")));
  EXPECT_THAT(faults(kBroken<Breach::says_another_thing>, "choice_is_one_line"), Contains(HasSubstr("asked twice")));
}

}  // namespace
}  // namespace pegbox

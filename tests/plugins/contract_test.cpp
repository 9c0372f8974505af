#include <algorithm>
#include <bit>
#include <cctype>
#include <ostream>
#include <stdexcept>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "bundled.hpp"
#include "strategy_contract.hpp"

namespace pegbox {

/// For the names that CTest shows.
void PrintTo(const ContractCheck& check, std::ostream* out) { *out << check.name; }

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

using Case = std::tuple<std::string, ContractCheck>;

const StrategyPlugin& by_name(std::string_view name) { return strategy(std::string(name)); }

class StrategyContract : public testing::TestWithParam<Case> {};

TEST_P(StrategyContract, IsKept) {
  const auto& [name, check] = GetParam();
  EXPECT_THAT(check.faults(strategy(name), by_name), IsEmpty());
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::get<0>(info.param);
  if (const auto slash = name.rfind('/'); slash != std::string::npos) name = name.substr(slash + 1);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  return name + "_" + std::get<1>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(All, StrategyContract,
                         testing::Combine(testing::ValuesIn(strategy_names()), testing::ValuesIn(strategy_contract())),
                         case_name);

TEST(StrategyNames, HoldTheBundledOnes) {
  EXPECT_THAT(strategy_names(), Contains("grid"));
  EXPECT_THAT(strategy_names(), Contains("random"));
}

/// The suite itself: strategies that break the contract, each in one way.
enum class Breach {
  none,
  outside,
  resumes_unknown,
  budget,
  waits,
  counts_asks,
  throws,
  forgets,
  ignores_seed,
  unsteady,
  refuses,
  waits_when_full,
  needs_order
};

template <Breach breach>
class Broken : public Strategy {
 public:
  explicit Broken(const StrategyContext& context) : context_(context) {
    if (breach == Breach::refuses) throw StudyError("no");
  }

  Move ask(const Turn& turn) override {
    ++asks_;
    if (breach == Breach::waits && turn.number > 3) return Wait{};
    if (breach == Breach::resumes_unknown && turn.number > 3) return Resume{0, context_.epochs + 1};
    if (breach == Breach::throws && failed_) throw std::runtime_error("a failure");
    if (breach == Breach::waits_when_full && turn.number == context_.trials) return Wait{};
    std::int64_t stream = turn.number;
    if (breach == Breach::counts_asks) stream = asks_;
    if (breach == Breach::forgets) stream += first_told_;
    if (breach == Breach::unsteady) stream = std::bit_cast<std::int64_t>(this);
    Random random(breach == Breach::ignores_seed ? 0 : context_.seed, stream, "broken");
    std::vector<double> point(context_.space.size());
    for (double& place : point) place = random.uniform();
    Params params = context_.space.decode(point);
    if (breach == Breach::outside) params.set("stranger", 1);
    return Start{params, breach == Breach::budget ? context_.epochs + 1 : context_.epochs};
  }

  void tell(const Trial& trial) override {
    if (breach == Breach::needs_order && trial.number < last_) throw std::runtime_error("disorder");
    last_ = trial.number;
    if (trial.state == State::failed) failed_ = true;
    if (asks_ > 0 && first_told_ == 0) first_told_ = 1;  // not so when a history is told
  }

 private:
  StrategyContext context_;
  std::int64_t asks_ = 0, first_told_ = 0;
  int last_ = 0;
  bool failed_ = false;
};

template <Breach breach>
constexpr StrategyPlugin kBroken = {[] { return std::vector<Setting>(); },
                                    [](const StrategyContext& context) -> std::unique_ptr<Strategy> {
                                      return std::make_unique<Broken<breach>>(context);
                                    }};

std::vector<std::string> faults(const StrategyPlugin& plugin, const std::string& name) {
  for (const ContractCheck& check : strategy_contract()) {
    if (check.name == name) return check.faults(plugin, by_name);
  }
  throw std::out_of_range("there is no check " + name);
}

TEST(StrategyContractItself, PassesAGoodStrategy) {
  for (const ContractCheck& check : strategy_contract()) {
    EXPECT_THAT(check.faults(kBroken<Breach::none>, by_name), IsEmpty()) << check.name;
  }
}

TEST(StrategyContractItself, SeesEachBreach) {
  EXPECT_THAT(faults(kBroken<Breach::outside>, "points_fit"), Contains(HasSubstr("'stranger' is not in the space")));
  EXPECT_THAT(faults(kBroken<Breach::resumes_unknown>, "points_fit"), Contains(HasSubstr("not paused")));
  EXPECT_THAT(faults(kBroken<Breach::budget>, "any_budget"), Contains(HasSubstr("budget between 1 and 81")));
  EXPECT_THAT(faults(kBroken<Breach::waits>, "any_window"), Contains(HasSubstr("waits while nothing runs")));
  EXPECT_THAT(faults(kBroken<Breach::counts_asks>, "any_window"), Contains(HasSubstr("asked twice")));
  EXPECT_THAT(faults(kBroken<Breach::throws>, "failures_are_survived"), Contains(HasSubstr("threw: a failure")));
  EXPECT_THAT(faults(kBroken<Breach::forgets>, "history_restores"), Contains(HasSubstr("instead of")));
  EXPECT_THAT(faults(kBroken<Breach::ignores_seed>, "other_seed_other_moves"), Contains(HasSubstr("two seeds")));
  EXPECT_THAT(faults(kBroken<Breach::unsteady>, "same_seed_same_moves"), Contains(HasSubstr("move 0 is")));
  EXPECT_THAT(faults(kBroken<Breach::refuses>, "refusals_are_clear"), Contains(HasSubstr("without naming")));
  EXPECT_THAT(faults(kBroken<Breach::forgets>, "any_history_restores"), Contains(HasSubstr("instead of")));
  EXPECT_THAT(faults(kBroken<Breach::waits_when_full>, "any_limit"), Contains(HasSubstr("waits while nothing runs")));
  EXPECT_THAT(faults(kBroken<Breach::needs_order>, "any_order"), Contains(HasSubstr("threw: disorder")));
}

}  // namespace
}  // namespace pegbox

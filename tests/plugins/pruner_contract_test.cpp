#include "contract/pruner_contract.hpp"

#include <algorithm>
#include <cctype>
#include <ostream>
#include <set>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/reports.hpp>

#include "bundled.hpp"
#include "contract/pruner_bench.hpp"

namespace pegbox {

/// For the names that CTest shows.
void PrintTo(const PrunerCheck& check, std::ostream* out) { *out << check.name; }

namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Case = std::tuple<std::string, PrunerCheck>;

class PrunerContract : public testing::TestWithParam<Case> {};

TEST_P(PrunerContract, IsKept) {
  const auto& [name, check] = GetParam();
  EXPECT_THAT(check.faults(pruner(name)), IsEmpty());
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::get<0>(info.param);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  return name + "_" + std::get<1>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(All, PrunerContract,
                         testing::Combine(testing::ValuesIn(pruner_names()), testing::ValuesIn(pruner_contract())),
                         case_name);

/// Otherwise the checks would say little.
TEST(PrunerContractItself, AsksWhatIsAnsweredBothWays) {
  for (const std::string& name : pruner_names()) {
    PrunerBench bench(pruner(name));
    const auto said = answers(*bench.pruner(), questions(bench.context.objectives.front(), bench.context.epochs));
    EXPECT_THAT(said, AllOf(Contains("goes on"), Contains("is stopped"))) << name;
  }
}

/// Pruners that break the contract, each in one way.
enum class Breach {
  none,
  in_units,
  needs_told,
  needs_reports,
  needs_finite,
  needs_epochs,
  needs_one_objective,
  counts,
  tells_threads_apart,
  ignores_direction,
  refuses,
  refuses_defaults,
  ill_declared,
  refuses_setting,
  throws_at_setting
};

/// Keeps what is better than the mean of the others' last results.
template <Breach breach>
class Broken : public Pruner {
 public:
  static std::vector<Setting> settings() {
    if (breach == Breach::ill_declared) return {{"dumb", Boolean{}, false, "two\nlines"}};
    return {{"size", Integer{1, 10}, 5, "nothing"}};
  }

  explicit Broken(const PrunerContext& context)
      : objective_(context.objectives.front()),
        epochs_(context.epochs),
        size_(context.settings.get<std::int64_t>("size")) {
    if (breach == Breach::refuses) throw StudyError("no");
    if (breach == Breach::refuses_defaults && size_ == 5) throw StudyError("not this");
    if (breach == Breach::refuses_setting && size_ == 10) throw StudyError("too much");
    if (breach == Breach::needs_one_objective && context.objectives.size() > 1) throw std::logic_error("several");
  }

  bool keep(const Trial& running, Trials told) const override {
    if (breach == Breach::needs_told && told.empty()) throw std::runtime_error("nothing told");
    if (breach == Breach::needs_epochs && epochs_ > 500) throw std::runtime_error("so many");
    if (breach == Breach::throws_at_setting && size_ == 1) throw std::runtime_error("too small");
    if (breach == Breach::counts) return ++asked_ % 2 == 0;
    if (breach == Breach::tells_threads_apart) return std::this_thread::get_id() == home_;
    const double own = cost(running);
    if (breach == Breach::needs_finite && std::isinf(own)) throw std::runtime_error("endless");
    if (breach == Breach::in_units) return running.reports.back().metrics.at("loss") < 0.25;
    double sum = 0, count = 0;
    for (const Trial* trial : told) {
      if (breach == Breach::needs_reports) static_cast<void>(trial->reports.at(0));
      if (trial->reports.empty()) continue;
      sum += cost(*trial);
      ++count;
    }
    return count == 0 || own * count <= sum;
  }

 private:
  double cost(const Trial& trial) const {
    const double value = trial.reports.back().metrics.at("loss");
    return breach == Breach::ignores_direction ? value : objective_.cost(value);
  }

  Objective objective_;
  Budget epochs_;
  std::int64_t size_;
  std::thread::id home_ = std::this_thread::get_id();
  mutable int asked_ = 0;
};

template <Breach breach>
constexpr PrunerPlugin kBroken = {&Broken<breach>::settings, &make_pruner<Broken<breach>>};

Faults faults(const PrunerPlugin& plugin, const std::string& name) {
  for (const PrunerCheck& check : pruner_contract()) {
    if (check.name == name) return check.faults(plugin);
  }
  throw std::out_of_range("there is no check " + name);
}

TEST(PrunerContractItself, PassesGoodPruners) {
  for (const PrunerCheck& check : pruner_contract()) {
    EXPECT_THAT(check.faults(kBroken<Breach::none>), IsEmpty()) << check.name;
    EXPECT_THAT(check.faults(kBroken<Breach::in_units>), IsEmpty()) << check.name;
  }
}

TEST(PrunerContractItself, TellsWhatItChecksInOneLine) {
  std::set<std::string> names;
  for (const PrunerCheck& check : pruner_contract()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    EXPECT_FALSE(check.text.empty()) << check.name;
    EXPECT_THAT(check.text, Not(HasSubstr("\n")));
  }
}

TEST(PrunerContractItself, SeesWhoCannotAnswer) {
  EXPECT_THAT(faults(kBroken<Breach::needs_told>, "any_history_is_answered"),
              AllOf(Not(IsEmpty()), Each(HasSubstr("it threw: nothing told"))));
  EXPECT_THAT(faults(kBroken<Breach::needs_reports>, "any_history_is_answered"),
              AllOf(Contains(HasSubstr("failed trials")), Contains(HasSubstr("of every sort")),
                    Not(Contains(HasSubstr("complete trials")))));
  EXPECT_THAT(faults(kBroken<Breach::needs_finite>, "extreme_results_are_answered"),
              Contains(HasSubstr("it threw: endless")));
  EXPECT_THAT(faults(kBroken<Breach::needs_epochs>, "any_budget"), Contains(HasSubstr("1000 epochs: ")));
  EXPECT_THAT(faults(kBroken<Breach::needs_one_objective>, "any_objective"), Contains("threw: several"));
}

TEST(PrunerContractItself, SeesAnswersThatDoNotRepeat) {
  EXPECT_THAT(faults(kBroken<Breach::counts>, "same_answers"), Contains(HasSubstr("another order")));
  EXPECT_THAT(faults(kBroken<Breach::tells_threads_apart>, "threads_agree"), Contains(HasSubstr("several threads")));
  EXPECT_THAT(faults(kBroken<Breach::ignores_direction>, "directions_are_mirrored"),
              Contains(HasSubstr("mirrored and maximised")));
}

TEST(PrunerContractItself, SeesWrongSettings) {
  EXPECT_THAT(faults(kBroken<Breach::ill_declared>, "settings_are_declared"), Contains(HasSubstr("one line")));
  EXPECT_THAT(faults(kBroken<Breach::refuses>, "refusals_are_clear"), Contains(HasSubstr("nothing else")));
  EXPECT_THAT(faults(kBroken<Breach::refuses_defaults>, "refusals_are_clear"), Contains(HasSubstr("not this")));
  EXPECT_THAT(faults(kBroken<Breach::refuses_setting>, "any_setting"),
              Contains("size=10: it refuses without naming a setting: too much"));
  EXPECT_THAT(faults(kBroken<Breach::throws_at_setting>, "any_setting"), Contains(HasSubstr("size=1: ")));
}

}  // namespace
}  // namespace pegbox

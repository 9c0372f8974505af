#include <gmock/gmock.h>

#include "bundled.hpp"
#include "contract/contract_spaces.hpp"
#include "contract/strategy_bench.hpp"
#include "hand_made.hpp"

namespace pegbox {
namespace {

using testing::IsEmpty;

const StrategyPlugin& by_name(std::string_view name) { return strategy(std::string(name)); }

/// A strategy that decides on budgets, with one that says where trials begin.
class AnySampler : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  static StrategyContext with_sampler(const StrategyContext& context) {
    const auto& [name, sampler] = GetParam();
    StrategyContext result = context;
    result.settings = resolve(name, strategy(name).settings(), {{"sampler", sampler}, {"random_part", 0.2}});
    return result;
  }

  static std::unique_ptr<Strategy> made(const StrategyContext& context) {
    return strategy(std::get<0>(GetParam())).create(context);
  }
};

TEST_P(AnySampler, KeepsTheContractAndIsRestored) {
  constexpr int kMoves = 60;
  for (const ContractSpace& one : contract_spaces()) {
    const StrategyBench bench(strategy(std::get<0>(GetParam())), by_name, one.space);
    const StrategyContext context = with_others(with_sampler(bench.context), std::get<0>(GetParam()));
    const auto original = made(context), restored = made(context);
    SimulatedStudy study(context, varied);
    study.run(*original, kMoves);
    EXPECT_THAT(study.faults(), IsEmpty()) << one.name;
    SimulatedStudy copy = study;
    for (const Trial& trial : study.told()) restored->tell(trial);
    for (int i = 0; i < kMoves / 4; ++i) EXPECT_EQ(copy.step(*restored), study.step(*original)) << one.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Plugins, AnySampler,
                         testing::Combine(testing::Values("asha", "hyperband", "pbt"),
                                          testing::Values("cmaes", "genetic", "sobol", "tpe")),
                         [](const auto& one) { return std::get<0>(one.param) + "_" + std::get<1>(one.param); });

}  // namespace
}  // namespace pegbox

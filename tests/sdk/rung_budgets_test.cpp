#include <gmock/gmock.h>

#include <pegbox/rung_budgets.hpp>

namespace pegbox {
namespace {

using testing::ElementsAre;

TEST(RungBudgets, ArePowersWhereTheyFit) {
  EXPECT_THAT(rung_budgets(81, 1, 3), ElementsAre(1, 3, 9, 27, 81));
  EXPECT_THAT(rung_budgets(243, 1, 3), ElementsAre(1, 3, 9, 27, 81, 243));
  EXPECT_THAT(rung_budgets(1000, 1, 10), ElementsAre(1, 10, 100, 1000));
}

TEST(RungBudgets, EndWithTheWholeBudget) {
  EXPECT_THAT(rung_budgets(100, 1, 3), ElementsAre(1, 3, 11, 33, 100));
  EXPECT_THAT(rung_budgets(80, 1, 3), ElementsAre(2, 8, 26, 80));
}

TEST(RungBudgets, BeginWithTheLeastOrMore) {
  EXPECT_THAT(rung_budgets(81, 4, 3), ElementsAre(9, 27, 81));
  EXPECT_THAT(rung_budgets(81, 28, 3), ElementsAre(81));
  EXPECT_THAT(rung_budgets(1, 1, 2), ElementsAre(1));
  EXPECT_THAT(rung_budgets(5, 100, 2), ElementsAre(5));
}

/// In whole numbers, for every budget: each is the largest one that is not above epochs / factor^k.
TEST(RungBudgets, AreRoundedDownOnce) {
  for (const std::int64_t factor : {2, 3, 7}) {
    for (Budget epochs = 1; epochs < 3000; ++epochs) {
      const auto budgets = rung_budgets(epochs, 1, factor);
      Budget power = 1;
      for (auto budget = budgets.rbegin(); budget != budgets.rend(); ++budget, power *= factor) {
        ASSERT_LE(*budget * power, epochs);
        ASSERT_GT((*budget + 1) * power, epochs);
      }
      ASSERT_GT(power, epochs);
    }
  }
}

}  // namespace
}  // namespace pegbox

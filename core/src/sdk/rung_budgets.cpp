#include <algorithm>

#include <pegbox/rung_budgets.hpp>

namespace pegbox {

std::vector<Budget> rung_budgets(Budget epochs, Budget least, std::int64_t factor) {
  std::vector<Budget> budgets = {epochs};
  // Rounding down twice is rounding down once: (epochs / a) / b = epochs / (a b).
  while (budgets.back() / factor >= least) budgets.push_back(budgets.back() / factor);
  std::ranges::reverse(budgets);
  return budgets;
}

}  // namespace pegbox

#include "strategy_contract.hpp"

#include <algorithm>
#include <iterator>

#include "strategy_checks.hpp"

namespace pegbox {

std::vector<StrategyCheck> strategy_contract() {
  std::vector<StrategyCheck> all;
  for (auto* const part :
       {&setting_checks, &point_checks, &repeat_checks, &history_checks, &study_checks, &result_checks}) {
    std::ranges::move(part(), std::back_inserter(all));
  }
  return all;
}

}  // namespace pegbox

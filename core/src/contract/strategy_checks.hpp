#pragma once

#include <vector>

#include "contract_check.hpp"

namespace pegbox {

/// The parts of `strategy_contract`, by subject.
std::vector<StrategyCheck> point_checks();    ///< what is tried
std::vector<StrategyCheck> repeat_checks();   ///< what the same study, seed or another object changes
std::vector<StrategyCheck> history_checks();  ///< restoring a strategy from what had been told
std::vector<StrategyCheck> study_checks();    ///< windows, limits, budgets, objectives
std::vector<StrategyCheck> result_checks();   ///< what is told
std::vector<StrategyCheck> setting_checks();  ///< settings

}  // namespace pegbox

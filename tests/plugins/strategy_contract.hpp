#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pegbox/strategy.hpp>

namespace pegbox {

/// Finds a strategy by name, for those that are made of others.
using StrategyLookup = std::function<const StrategyPlugin&(std::string_view name)>;

/// One part of what every strategy must do.
struct ContractCheck {
  std::string name;

  /// What the strategy did wrong, a sentence each. A space that it refuses with `StudyError` is passed over.
  std::vector<std::string> (*faults)(const StrategyPlugin& plugin, const StrategyLookup& others);
};

/// The contract of pegbox/strategy.hpp, for the plug-in with its default settings.
std::vector<ContractCheck> strategy_contract();

}  // namespace pegbox

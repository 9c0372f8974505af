#pragma once

#include <string>

#include <pegbox/strategy.hpp>

namespace pegbox {

/// Makes the strategy of that name for the study of the context, with these settings in place of its defaults.
using StrategyMaker = std::function<std::unique_ptr<Strategy>(const std::string& name, const Params& settings,
                                                              const StrategyContext& context)>;

/// For hosts: the context for the strategy `name`, which gets others by `make`, and these get others in turn.
/// `context.strategy` then throws `StudyError` where a strategy would be inside itself.
StrategyContext nesting(StrategyContext context, const std::string& name, const StrategyMaker& make);

}  // namespace pegbox

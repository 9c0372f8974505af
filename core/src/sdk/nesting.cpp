#include <algorithm>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/nesting.hpp>

namespace pegbox {
namespace {

/// From the outermost to the innermost.
using Names = std::vector<std::string>;

void check_new(const Names& outer, const std::string& name) {
  if (std::ranges::find(outer, name) == outer.end()) return;
  std::string chain;
  for (const std::string& one : outer) chain += one + " → ";
  throw StudyError("strategy '" + name + "' cannot be inside itself (" + chain + name + "); name another one");
}

StrategyContext inside(StrategyContext context, const Names& outer, const StrategyMaker& make) {
  context.strategy = [context, outer, make](std::string_view name, const Params& settings) {
    Names names = outer;
    names.emplace_back(name);
    check_new(outer, names.back());
    return make(names.back(), settings, inside(context, names, make));
  };
  return context;
}

}  // namespace

StrategyContext nesting(StrategyContext context, const std::string& name, const StrategyMaker& make) {
  return inside(std::move(context), {name}, make);
}

}  // namespace pegbox
